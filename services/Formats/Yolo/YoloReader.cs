using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Yolo;

/// <summary>Reads YOLO's format of segmentation: a text file for each picture, a polygon on each line.</summary>
internal sealed class YoloReader : IDatasetReader
{
    private const int MaxLine = 1 << 24;
    private const long MaxBytes = 1L << 28;
    private const int MostLookedInto = 16;
    private const int SniffedBytes = 1 << 16;

    /// <inheritdoc />
    public string Format => "yolo";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => source.Files.Where(IsLabelFile).Take(MostLookedInto)
        .Any(file => LooksRight(source, file));

    /// <inheritdoc />
    public Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DatasetLabel>>(
        [
            .. YoloNames.Of(source).All.Distinct(StringComparer.Ordinal)
                .Select((name, index) => new DatasetLabel(index + 1, name)),
        ]);

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var paths = source.Files.Where(IsLabelFile).ToArray();
        if (paths.Length == 0)
        {
            throw new DatasetFormatException(
                "The dataset has no text files of labels. Pack YOLO's folders images and labels together.");
        }

        var names = YoloNames.Of(source);
        var files = new DatasetPictureFiles(source);
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DatasetPicture? picture = null;
            try
            {
                picture = await ReadAsync(source, path, names, files, sizes, report, cancellationToken);
            }
            catch (BadItemException exception)
            {
                report(exception.Of(path));
            }

            if (picture is not null)
            {
                yield return picture;
            }
        }
    }

    private static bool IsLabelFile(string path) =>
        path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && !YoloNames.IsList(path)
        && DatasetPath.FileName(path) is not ("train.txt" or "val.txt" or "test.txt" or "labelmap.txt")
        && !DatasetPath.FileName(path).StartsWith("README", StringComparison.OrdinalIgnoreCase);

    private static bool LooksRight(IDatasetSource source, string path)
    {
        using var reader = new StreamReader(source.Open(path), Encoding.UTF8);
        var head = new char[SniffedBytes];
        var text = head.AsSpan(0, reader.ReadBlock(head));
        var end = text.IndexOf('\n');
        var line = end < 0 ? text : text[..end];
        var count = 0;
        foreach (var range in line.Split(' '))
        {
            // The last number may be cut off in the middle, but is one still.
            if (!line[range].Trim().IsEmpty && !double.TryParse(
                line[range], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }

            count += line[range].Trim().IsEmpty ? 0 : 1;
        }

        return count >= 7;
    }

    private static async Task<DatasetPicture> ReadAsync(
        IDatasetSource source,
        string path,
        YoloNames names,
        DatasetPictureFiles files,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        if (source.SizeOf(path) > MaxBytes)
        {
            throw new BadItemException("", $"The file has more than {MaxBytes} bytes, too many for one picture.");
        }

        var place = YoloPlace.Of(path);
        var file = files.AtStem(place.PictureStem);
        var name = place.Stem + (file is null ? "" : Path.GetExtension(file));
        if (file is null)
        {
            (name, file) = files.Resolve(place.Stem, sizes);
        }

        var (width, height) = DatasetPictureSize.Known(name, file, sizes);
        var masks = new List<DatasetMask>();
        using var reader = new StreamReader(source.Open(path), Encoding.UTF8);
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            try
            {
                if (line.AsSpan().Trim().Length > 0)
                {
                    masks.Add(MaskOf(line, names, width, height, cancellationToken));
                }
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{path}: line {number}"));
            }
        }

        return new() { Name = name, Width = width, Height = height, Split = place.Split, File = file, Masks = masks };
    }

    private static DatasetMask MaskOf(
        string line, YoloNames names, int width, int height, CancellationToken cancellationToken)
    {
        if (line.Length > MaxLine)
        {
            throw new BadItemException("", $"The line has more than {MaxLine} characters.");
        }

        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new BadItemException("class", $"\"{DatasetPath.Shown(words[0])}\" is no number of a class.");
        }

        if (words.Length == 5)
        {
            throw new BadItemException("", "The line is a box. Only polygons are read.");
        }

        var ring = new double[words.Length - 1];
        for (var i = 0; i < ring.Length; i++)
        {
            ring[i] = double.TryParse(words[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out var share)
                && double.IsFinite(share)
                    ? share * (i % 2 == 0 ? width : height)
                    : throw new BadItemException("", $"\"{DatasetPath.Shown(words[i + 1])}\" is no finite number.");
        }

        var mask = MaskReading.OfRing(height, width, ring, "", cancellationToken);
        return new() { Label = names[number], Mask = MaskReading.NotEmpty(mask, "") };
    }
}

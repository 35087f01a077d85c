using System.Runtime.CompilerServices;
using Segmentation.Evaluation.Prompting;
using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Formats.Registry;

namespace Segmentation.Evaluation.Data;

/// <summary>
/// Pictures with true masks: a COCO file with its pictures below its folder, a folder of masks, DAVIS, or another of the
/// formats that Segmentation reads. Masks without a pixel and crowds are left out, and so are pictures without a mask or a file.
/// </summary>
public sealed class EvaluationData : IDisposable
{
    private readonly IDatasetSource _source;
    private readonly IDatasetReader _reader;
    private readonly Func<byte[], (int Width, int Height)> _sizeOf;
    private readonly HashSet<string> _chosen;

    private EvaluationData(
        IDatasetSource source,
        IDatasetReader reader,
        Func<byte[], (int Width, int Height)> sizeOf,
        List<(string Name, int Masks)> pictures,
        List<DatasetProblem> problems)
    {
        (_source, _reader, _sizeOf, Pictures, Problems) = (source, reader, sizeOf, pictures, problems);
        _chosen = [.. pictures.Select(picture => picture.Name)];
    }

    /// <summary>Name of the data's format.</summary>
    public string Format => _reader.Format;

    /// <summary>The pictures in their order, with the number of their masks.</summary>
    public IReadOnlyList<(string Name, int Masks)> Pictures { get; }

    /// <summary>What of the data could not be read, and is left out.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>Opens data and counts its masks.</summary>
    /// <param name="path">A JSON file, a folder, or an archive.</param>
    /// <param name="limit">Most pictures, drawn at random; null: all.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="sizeOf">Reads width and height of a picture's file, for formats that do not tell them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvaluationDataException">There is nothing to evaluate.</exception>
    public static async Task<EvaluationData> OpenAsync(
        string path,
        int? limit,
        long seed,
        Func<byte[], (int Width, int Height)> sizeOf,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(sizeOf);
        var source = await OpenSourceAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            var reader = MaskFolderReader.All.FirstOrDefault(one => one.Recognises(source))
                ?? DatasetFormats.Recognise(source) ?? throw new EvaluationDataException(
                    $"{path}: the format of the data is not known. Give a COCO JSON file, a folder with images/ and masks/, "
                        + "DAVIS, or another format of docs/formats.md.");
            var problems = new List<DatasetProblem>();
            var all = new EvaluationData(source, reader, sizeOf, [], problems);
            var pictures = new List<(string Name, int Masks)>();
            await foreach (var picture in all.ReadAllAsync(problems.Add, cancellationToken).ConfigureAwait(false))
            {
                if (picture.File is null)
                {
                    problems.Add(new(picture.Name, "", "the picture's file is missing; put it beside the JSON file or into images/."));
                }
                else if (Kept(picture).Count is var masks and > 0)
                {
                    pictures.Add((picture.Name, masks));
                }
            }

            if (pictures.Count == 0)
            {
                throw new EvaluationDataException(
                    $"{path} has no picture with a mask"
                        + (problems.Count > 0 ? $" ({problems[0].Item}: {problems[0].Reason})." : "."));
            }

            if (pictures.GroupBy(picture => picture.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                throw new EvaluationDataException(
                    $"{path} has two pictures named {twice.Key}: the results could not tell them apart.");
            }

            return new(source, reader, sizeOf, Draw(pictures, limit, seed), problems);
        }
        catch
        {
            (source as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Reads the pictures in their order.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<TruePicture> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var picture in ReadAllAsync(_ => { }, cancellationToken).ConfigureAwait(false))
        {
            if (_chosen.Contains(picture.Name) && picture.File is { } file)
            {
                yield return new(
                    picture.Name, ReadFile(file), [.. Kept(picture).Select(mask =>
                        new TrueMask(mask.Id ?? "", mask.Label ?? "", mask.Mask))]);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => (_source as IDisposable)?.Dispose();

    private static async Task<IDatasetSource> OpenSourceAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        return File.Exists(full) && Path.GetExtension(full).Equals(".json", StringComparison.OrdinalIgnoreCase)
            ? new OneAnnotationFile(new FolderSource(Path.GetDirectoryName(full)!), Path.GetFileName(full))
            : await DatasetSources.OpenAsync(full, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Draws pictures by numbers that depend on the seed and the name alone.</summary>
    private static List<(string Name, int Masks)> Draw(
        List<(string Name, int Masks)> pictures, int? limit, long seed)
    {
        if (limit is not { } most || most >= pictures.Count)
        {
            return pictures;
        }

        var drawn = pictures.OrderBy(picture => new SeededRandom(seed, picture.Name, -1).NextBits())
            .ThenBy(picture => picture.Name, StringComparer.Ordinal).Take(most).ToHashSet();
        return [.. pictures.Where(drawn.Contains)];
    }

    private static List<DatasetMask> Kept(DatasetPicture picture) =>
        [.. picture.Masks.Where(mask => !mask.Crowd && mask.Mask.Area > 0)];

    private IAsyncEnumerable<DatasetPicture> ReadAllAsync(
        Action<DatasetProblem> report, CancellationToken cancellationToken) =>
        _reader.ReadAsync(_source, SizeOf, report, cancellationToken);

    private (int Width, int Height)? SizeOf(string name)
    {
        var file = _source.Files.FirstOrDefault(path => path == name)
            ?? _source.Files.FirstOrDefault(path => path.EndsWith("/" + name, StringComparison.Ordinal));
        return file is null ? null : _sizeOf(ReadFile(file));
    }

    private byte[] ReadFile(string path)
    {
        using var stream = _source.Open(path);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

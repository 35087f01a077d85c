using System.Runtime.CompilerServices;
using Segmentation.Formats;
using Segmentation.Masks;
using Segmentation.Masks.Png;

namespace Segmentation.Evaluation.Data;

/// <summary>
/// Reads a folder of pictures and one of PNG masks: a map of the picture's name, in which each value but 0 is an object; a
/// folder of the picture's name with a file an object; or both folders below one that holds a single picture.
/// </summary>
internal sealed class MaskFolderReader : IDatasetReader
{
    private const long MaxPixels = 1L << 28;

    /// <summary>DAVIS has each frame in two sizes; benchmarks use this one.</summary>
    private const string DavisSize = "480p/";

    private static readonly string[] _pictureEndings = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif"];
    private readonly string _images;
    private readonly string _masks;

    private MaskFolderReader(string format, string images, string masks) =>
        (Format, _images, _masks) = (format, images, masks);

    /// <summary>The readers of a person's own folders, and of DAVIS 2016 and 2017.</summary>
    public static IReadOnlyList<MaskFolderReader> All { get; } =
        [new("mask-folder", "images", "masks"), new("davis", "JPEGImages", "Annotations")];

    /// <inheritdoc />
    public string Format { get; }

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) =>
        source.Files.Any(file => Split(file, _masks) is not null && IsPng(file))
        && source.Files.Any(file => Split(file, _images) is not null)
        && !source.Files.Any(file => !file.Contains('/', StringComparison.Ordinal)
            && file.EndsWith(".json", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc />
    public Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<DatasetLabel>>([]);

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pictures = OfOneSize(source, _images).Where(IsPicture).ToList();
        var byStem = pictures.ToLookup(file => Path.ChangeExtension(file, null), StringComparer.Ordinal);
        var byFolder = pictures.ToLookup(file => Split(file, _images)!.Value.Before, StringComparer.Ordinal);
        var masks = new Dictionary<string, List<(string File, bool IsMap)>>(StringComparer.Ordinal);
        foreach (var file in OfOneSize(source, _masks).Where(IsPng))
        {
            var (before, within) = Split(file, _masks)!.Value;
            var stem = $"{before}{_images}/{Path.ChangeExtension(within, null)}";
            var folder = within.LastIndexOf('/') is var at and > 0 ? $"{before}{_images}/{within[..at]}" : null;
            var found = byStem[stem].FirstOrDefault();
            var picture = found ?? (folder is null ? null : byStem[folder].FirstOrDefault())
                ?? (byFolder[before].Take(2).ToList() is [var only] ? only : null);
            if (picture is null)
            {
                report(new(file, "", $"no picture {stem} belongs to the mask."));
                continue;
            }

            masks.TryAdd(picture, []);
            masks[picture].Add((file, found is not null));
        }

        foreach (var picture in pictures.Where(masks.ContainsKey))
        {
            var read = new List<DatasetMask>();
            foreach (var (file, isMap) in masks[picture])
            {
                read.AddRange(await ReadMasksAsync(source, file, isMap, report, cancellationToken).ConfigureAwait(false));
            }

            yield return new()
            {
                Name = picture,
                Width = read.Count > 0 ? read[0].Mask.Width : 0,
                Height = read.Count > 0 ? read[0].Mask.Height : 0,
                File = picture,
                Masks = read,
            };
        }
    }

    private static async Task<IReadOnlyList<DatasetMask>> ReadMasksAsync(
        IDatasetSource source,
        string file,
        bool isMap,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var bytes = new byte[source.SizeOf(file)];
        await using (var stream = source.Open(file))
        {
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        PngPixels map;
        try
        {
            map = PngReader.Read(bytes, MaxPixels);
        }
        catch (PngFormatException error)
        {
            report(new(file, "", $"the mask is no PNG that can be read: {error.Message}."));
            return [];
        }

        var values = new uint[map.Width * map.Height];
        for (var y = 0; y < map.Height; y++)
        {
            for (var x = 0; x < map.Width; x++)
            {
                values[y * map.Width + x] = map[x, y];
            }
        }

        var name = Path.GetFileNameWithoutExtension(file);
        return isMap
            ? [.. values.Where(value => value != 0).Distinct().Order()
                .Select(value => MaskOf($"{name}:{value}", map, values, one => one == value))]
            : [MaskOf(name, map, values, value => value != 0)];
    }

    private static DatasetMask MaskOf(string id, PngPixels map, uint[] values, Func<uint, bool> isInside)
    {
        var inside = Array.ConvertAll(values, value => (byte)(isInside(value) ? 1 : 0));
        return new() { Id = id, Mask = RunLengths.FromBytes(map.Height, map.Width, inside) };
    }

    /// <summary>Files in a folder of that name; of several sizes those of one.</summary>
    private static List<string> OfOneSize(IDatasetSource source, string folder)
    {
        var all = source.Files.Where(file => Split(file, folder) is not null).ToList();
        var one = all.FindAll(file => Split(file, folder)!.Value.Within.StartsWith(DavisSize, StringComparison.Ordinal));
        return one.Count > 0 ? one : all;
    }

    /// <summary>Splits a path at a folder of that name; null: it has none.</summary>
    private static (string Before, string Within)? Split(string path, string folder)
    {
        var at = $"/{path}".LastIndexOf($"/{folder}/", StringComparison.Ordinal);
        return at < 0 ? null : (path[..at], path[(at + folder.Length + 1)..]);
    }

    private static bool IsPng(string path) => path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    private static bool IsPicture(string path) =>
        _pictureEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}

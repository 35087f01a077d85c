using System.Runtime.CompilerServices;
using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;

namespace Segmentation.Formats.PngMaps;

/// <summary>
/// Reads PNG maps in which each pixel is the number of an object: files in a folder <c>instances</c>, named as their
/// pictures, each with a JSON file of its objects beside it or not.
/// </summary>
internal sealed class InstanceReader : IDatasetReader
{
    private static readonly string[] _folders = ["instances", "instance", "objects"];

    /// <inheritdoc />
    public string Format => "instance-png";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) =>
        MapFolder.Find(source, _folders, inFoldersOnly: true) is { Count: > 0 } maps
        && MapFile.BitsOf(source, maps[0].Path) > 0;

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken) =>
        await MapLabels.ReadAsync(source, _ => { }, cancellationToken) ?? [];

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var maps = MapFolder.Find(source, _folders);
        if (maps.Count == 0)
        {
            throw new DatasetFormatException(
                "The dataset has no PNG maps. Put them into a folder instances, named as their pictures.");
        }

        var all = source.Files.ToHashSet(StringComparer.Ordinal);
        var paths = maps.Select(map => map.Path).ToHashSet(StringComparer.Ordinal);
        var files = new DatasetPictureFiles(source, file => !paths.Contains(file));
        foreach (var (path, stem, split) in maps)
        {
            var about = DatasetPath.Stem(path) + ".json";
            using var document = all.Contains(about)
                ? await JsonFile.TryReadAsync(source, about, report, cancellationToken)
                : null;
            DatasetPicture? picture = null;
            try
            {
                var map = await MapFile.ReadAsync(source, path, cancellationToken);
                var masks = LabelMapMasks.Split(map, _ => false, cancellationToken);
                var root = document?.RootElement ?? default;
                var (name, file) = root.TextOrNull("file_name") is { } own
                    ? (own, files.Find(own))
                    : files.Resolve(stem, sizes);
                picture = new()
                {
                    Name = name,
                    Width = map.Width,
                    Height = map.Height,
                    Split = split,
                    File = file,
                    AttributesJson = JsonText.AttributesOf(root),
                    Masks = [.. MasksOf(masks, root, about, report)],
                };
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

    private static IEnumerable<DatasetMask> MasksOf(
        SortedDictionary<uint, RunLengths> masks, JsonElement root, string path, Action<DatasetProblem> report)
    {
        var known = new Dictionary<uint, DatasetMask>();
        if (root.Field("instances") is { ValueKind: JsonValueKind.Array } items)
        {
            var index = 0;
            foreach (var item in items.EnumerateArray())
            {
                try
                {
                    var number = item.Whole("number");
                    if (number is > 0 and <= uint.MaxValue && masks.TryGetValue((uint)number, out var mask))
                    {
                        known[(uint)number] = InstanceFields.Read(item, mask);
                    }
                }
                catch (BadItemException exception)
                {
                    report(exception.Of($"{path}: instances[{index}]"));
                }

                index++;
            }
        }

        return masks.Select(one => known.GetValueOrDefault(one.Key) ?? new() { Mask = one.Value });
    }
}

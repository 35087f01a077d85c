using System.Globalization;
using System.Runtime.CompilerServices;
using Segmentation.Formats.Items;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.PngMaps;

/// <summary>
/// Reads PNG maps in which each pixel is the number of a label: files in a folder <c>masks</c>, <c>labels</c> or
/// <c>semantic</c>, named as their pictures; or nothing but PNG files.
/// </summary>
internal sealed class SemanticReader : IDatasetReader
{
    private static readonly string[] _folders = ["masks", "labels", "semantic", "annotations"];

    /// <inheritdoc />
    public string Format => "semantic-png";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) =>
        MapFolder.Find(source, _folders, inFoldersOnly: true) is { Count: > 0 } maps
        && MapFile.BitsOf(source, maps[0].Path) > 0;

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        if (await MapLabels.ReadAsync(source, _ => { }, cancellationToken) is { } labels)
        {
            return [.. labels.Where(label => label.Name.Length > 0)];
        }

        var numbers = new SortedSet<uint>();
        foreach (var (path, _, _) in MapFolder.Find(source, _folders))
        {
            try
            {
                var map = await MapFile.ReadAsync(source, path, cancellationToken);
                numbers.UnionWith(LabelMapMasks.Split(map, _ => false, cancellationToken).Keys);
            }
            catch (BadItemException)
            {
                // Reported where the maps are read.
            }
        }

        return [.. numbers.Select((number, index) => new DatasetLabel(index + 1, NameOf(number, null)!))];
    }

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
                "The dataset has no PNG maps. Put them into a folder masks, named as their pictures.");
        }

        var labels = await MapLabels.ReadAsync(source, report, cancellationToken);
        var paths = maps.Select(map => map.Path).ToHashSet(StringComparer.Ordinal);
        var files = new DatasetPictureFiles(source, file => !paths.Contains(file));
        foreach (var (path, stem, split) in maps)
        {
            DatasetPicture? picture = null;
            try
            {
                var map = await MapFile.ReadAsync(source, path, cancellationToken);
                var (name, file) = files.Resolve(stem, sizes);
                var masks = LabelMapMasks.Split(map, _ => false, cancellationToken);
                picture = new()
                {
                    Name = name,
                    Width = map.Width,
                    Height = map.Height,
                    Split = split,
                    File = file,
                    Masks = [.. masks.Select(one => new DatasetMask { Label = NameOf(one.Key, labels), Mask = one.Value })],
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

    private static string? NameOf(uint number, IReadOnlyList<DatasetLabel>? labels)
    {
        var label = labels?.FirstOrDefault(one => one.Id == number);
        return label is null ? string.Create(CultureInfo.InvariantCulture, $"label {number}")
            : label.Name.Length > 0 ? label.Name
            : null;
    }
}

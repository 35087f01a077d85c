using System.Runtime.CompilerServices;
using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.GeoJson;

/// <summary>
/// Reads GeoJSON in pixels, a file for each picture. Where no corner lies below zero, y grows downwards; where none lies
/// above, upwards, as map programs show it.
/// </summary>
internal sealed class GeoJsonReader : IDatasetReader
{
    private const int MostLookedInto = 16;
    private const string Extension = ".geojson";

    /// <inheritdoc />
    public string Format => "geojson";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => FilesOf(source).Any();

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in FilesOf(source))
        {
            using var document = await JsonFile.TryReadAsync(source, path, _ => { }, cancellationToken);
            names.UnionWith(document is null ? [] : LabelsOf(document.RootElement));
        }

        return [.. names.Select((name, index) => new DatasetLabel(index + 1, name))];
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var paths = FilesOf(source).ToArray();
        if (paths.Length == 0)
        {
            throw new DatasetFormatException(
                "No file is a GeoJSON FeatureCollection. Name each file after its picture, with the ending .geojson.");
        }

        var files = new DatasetPictureFiles(source);
        foreach (var path in paths)
        {
            using var document = await JsonFile.TryReadAsync(source, path, report, cancellationToken);
            if (document is not null && Read(document.RootElement, path, files, sizes, report, cancellationToken) is { } one)
            {
                yield return one;
            }
        }
    }

    private static IEnumerable<string> FilesOf(IDatasetSource source)
    {
        var named = source.Files.Where(file => file.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)).ToArray();
        return named.Length > 0
            ? named
            : JsonSniff.Files(source, MostLookedInto, sniff => !sniff.IsArray && sniff.Keys.Contains("features")).Any()
                ? source.Files.Where(JsonFile.IsJson)
                : [];
    }

    private static HashSet<string> LabelsOf(JsonElement root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var feature in FeaturesOf(root))
            {
                if (GeoJsonFeature.LabelOf(feature.Field("properties") ?? default) is { } name)
                {
                    names.Add(name);
                }
            }
        }
        catch (BadItemException)
        {
            // Reported where the file is read.
        }

        return names;
    }

    private static DatasetPicture? Read(
        JsonElement root,
        string path,
        DatasetPictureFiles files,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        try
        {
            var about = root.Field("picture") ?? default;
            var (name, file) = about.TextOrNull("file_name") is { } own
                ? (own, files.Find(own))
                : files.Resolve(DatasetPath.Stem(path), sizes);
            var (width, height) = about.Field("width") is null
                ? DatasetPictureSize.Known(name, file, sizes)
                : DatasetPictureSize.Checked(about.Whole("width"), about.Whole("height"));
            var features = FeaturesOf(root);
            var isUpwards = IsUpwards(features);
            return new()
            {
                Name = name,
                Width = width,
                Height = height,
                Split = Splits.Of(about.TextOrNull("split")),
                AttributesJson = JsonText.AttributesOf(about),
                File = file,
                Masks = [.. MasksOf(features, name, width, height, isUpwards, report, cancellationToken)],
            };
        }
        catch (BadItemException exception)
        {
            report(exception.Of(path));
            return null;
        }
    }

    private static JsonElement[] FeaturesOf(JsonElement root)
    {
        var isOne = root.Field("type") is { ValueKind: JsonValueKind.String } type && type.ValueEquals("Feature");
        return isOne ? [root] : [.. JsonFields.Elements(root.Needed("features"), "features")];
    }

    private static IEnumerable<DatasetMask> MasksOf(
        JsonElement[] features,
        string name,
        int width,
        int height,
        bool isUpwards,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        for (var i = 0; i < features.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DatasetMask? mask = null;
            try
            {
                mask = GeoJsonFeature.Read(features[i], width, height, isUpwards, cancellationToken);
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{name}: feature {i}"));
            }

            if (mask is not null)
            {
                yield return mask;
            }
        }
    }

    /// <summary>Tells by the corners of all features in which direction y grows.</summary>
    private static bool IsUpwards(JsonElement[] features)
    {
        double lowest = 0, highest = 0;
        foreach (var feature in features)
        {
            try
            {
                foreach (var ring in GeoJsonFeature.PolygonsOf(feature.Needed("geometry"))
                    .SelectMany(polygon => JsonFields.Elements(polygon, "geometry.coordinates")))
                {
                    var corners = JsonFields.Pairs(ring, "geometry.coordinates");
                    for (var i = 1; i < corners.Length; i += 2)
                    {
                        lowest = Math.Min(lowest, corners[i]);
                        highest = Math.Max(highest, corners[i]);
                    }
                }
            }
            catch (BadItemException)
            {
                // Reported where the feature is read.
            }
        }

        return -lowest > highest;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Segmentation.Cli.Files;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Writes one JSON file for all images, as COCO's tools read it: <c>annotations.json</c>. The masks of each image are
/// also kept in <c>coco-parts</c>, so that a run can continue where another ended.
/// </summary>
internal sealed class CocoWriter(
    DirectoryInfo folder, SearchSettings settings, SegmentationForm form, TimeProvider clock) : IResultWriter
{
    /// <summary>Folder with the masks of each image.</summary>
    public const string PartsFolder = "coco-parts";

    private readonly string _path = Path.Combine(folder.FullName, "annotations.json");
    private readonly Sa1bWriter _parts = new(new(Path.Combine(folder.FullName, PartsFolder)), settings);

    public IReadOnlyList<string> SharedFiles => [_path];

    public string PathOf(ImageFile image) => _parts.PathOf(image);

    public ResultOrigin? OriginOf(string path) => path != _path ? _parts.OriginOf(path)
        : ResultOrigin.OfJson(path) is { ImageSha256: null } origin ? origin
        : null;

    public void Write(ImageResult result) => _parts.Write(result);

    public string? Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken)
    {
        WriteFile(done, cancellationToken);
        return Remark(done);
    }

    private void WriteFile(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken) =>
        AtomicFile.Write(_path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = ResultJson.Encoder });
            json.WriteStartObject();
            // First: the next run recognises the file by its beginning.
            json.WritePropertyName("info");
            JsonSerializer.Serialize(
                json, CocoInfo.Of(settings.Origin, clock.GetUtcNow()), ResultJson.Compact.CocoInfo);
            WriteArray(json, "licenses", [CocoLicense.Unknown], ResultJson.Compact.CocoLicense, cancellationToken);
            WriteArray(json, "images", Images(done), ResultJson.Compact.CocoImage, cancellationToken);
            WriteArray(json, "annotations", Annotations(done), ResultJson.Compact.CocoAnnotation, cancellationToken);
            WriteArray(json, "categories", [CocoCategory.Object], ResultJson.Compact.CocoCategory, cancellationToken);
            json.WriteEndObject();
        });

    /// <summary>Names the pictures of earlier runs that the new file leaves out.</summary>
    private string? Remark(IReadOnlyList<ImageFile> done)
    {
        var parts = new DirectoryInfo(Path.Combine(folder.FullName, PartsFolder));
        if (!parts.Exists)
        {
            return null;
        }

        var listed = done.Select(PathOf).ToHashSet(StringComparer.Ordinal);
        var others = parts.EnumerateFiles("*.json")
            .Where(part => part.Name[0] != '.' && !listed.Contains(part.FullName))
            .Select(part => part.Name).Order(StringComparer.Ordinal).ToList();
        return others.Count == 0 ? null
            : $"{_path} is of this run's images alone. {PartsFolder} has what was found in others ({others[0]}"
                + (others.Count > 1 ? $" and {others.Count - 1} more" : "")
                + "): to have all in one file, give a folder with all of them.";
    }

    /// <summary>Reads the parts one after the other, twice: a data set need not fit into memory.</summary>
    private IEnumerable<CocoImage> Images(IReadOnlyList<ImageFile> done) => done.Select((image, index) =>
    {
        var part = Read(image);
        return new CocoImage(
            index + 1,
            part.Image.Width,
            part.Image.Height,
            part.Image.FileName,
            CocoLicense.Unknown.Id,
            FlickrUrl: "",
            CocoUrl: "",
            DateCaptured: "",
            part.Info.Segctl.ImageSha256);
    });

    private IEnumerable<CocoAnnotation> Annotations(IReadOnlyList<ImageFile> done) => done
        .SelectMany((image, index) => Read(image).Annotations.Select(mask => (mask, index)))
        .Select((found, number) => CocoAnnotation.Of(found.mask, number + 1, found.index + 1, form));

    private Sa1bFile Read(ImageFile image) => Sa1bFile.Read(PathOf(image));

    private static void WriteArray<T>(
        Utf8JsonWriter json,
        string name,
        IEnumerable<T> items,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            JsonSerializer.Serialize(json, item, type);
        }

        json.WriteEndArray();
    }
}

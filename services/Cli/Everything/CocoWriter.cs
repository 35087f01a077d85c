using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Writes one JSON file for all images, as COCO's tools read it: <c>annotations.json</c>. What was found in an image is
/// kept beside it in <c>coco-parts</c>, so that a run can go on where another ended.
/// </summary>
internal sealed class CocoWriter : IResultWriter
{
    private readonly string _path;
    private readonly Sa1bWriter _parts;

    public CocoWriter(DirectoryInfo folder)
    {
        _path = Path.Combine(folder.FullName, "annotations.json");
        _parts = new(folder.CreateSubdirectory("coco-parts"));
    }

    public bool IsDone(ImageFile image) => _parts.IsDone(image);

    public void Write(ImageResult result) => _parts.Write(result);

    public void Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken) =>
        AtomicFile.Write(_path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = ResultJson.Encoder });
            json.WriteStartObject();
            WriteArray(json, "images", Images(done), ResultJson.Compact.CocoImage, cancellationToken);
            WriteArray(json, "annotations", Annotations(done), ResultJson.Compact.CocoAnnotation, cancellationToken);
            WriteArray(json, "categories", [CocoCategory.Object], ResultJson.Compact.CocoCategory, cancellationToken);
            json.WriteEndObject();
        });

    /// <summary>Parts are read one after the other, twice: a data set need not fit into memory.</summary>
    private IEnumerable<CocoImage> Images(IReadOnlyList<ImageFile> done) => done.Select((image, index) =>
    {
        var about = Read(image).Image;
        return new CocoImage(index + 1, about.Width, about.Height, about.FileName);
    });

    private IEnumerable<CocoAnnotation> Annotations(IReadOnlyList<ImageFile> done) => done
        .SelectMany((image, index) => Read(image).Annotations.Select(mask => (mask, index)))
        .Select((found, number) => CocoAnnotation.Of(found.mask, number + 1, found.index + 1));

    private Sa1bFile Read(ImageFile image) => Sa1bFile.Read(_parts.PathOf(image));

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

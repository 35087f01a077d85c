using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Coco;

/// <summary>
/// One file of a COCO dataset while it is written: pictures and annotations come together, but stand in two arrays, so
/// both go to temporary files first.
/// </summary>
internal sealed class CocoPart : IDisposable
{
    private readonly FileStream _imageFile = Spool.Create();
    private readonly FileStream _annotationFile = Spool.Create();

    /// <summary>Begins a file.</summary>
    public CocoPart()
    {
        Images = JsonText.Writer(_imageFile);
        Annotations = JsonText.Writer(_annotationFile);
        Images.WriteStartArray();
        Annotations.WriteStartArray();
    }

    /// <summary>Writes the elements of <c>images</c>.</summary>
    public Utf8JsonWriter Images { get; }

    /// <summary>Writes the elements of <c>annotations</c>.</summary>
    public Utf8JsonWriter Annotations { get; }

    /// <summary>Writes the whole file.</summary>
    /// <param name="stream">Takes the file.</param>
    /// <param name="writeCategories">Writes the property <c>categories</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CopyToAsync(
        Stream stream, Action<Utf8JsonWriter> writeCategories, CancellationToken cancellationToken)
    {
        using (var head = new MemoryStream())
        {
            await using (var writer = JsonText.Writer(head))
            {
                writer.WriteStartObject();
                WriteInfo(writer);
                writeCategories(writer);
            }

            await stream.WriteAsync(head.GetBuffer().AsMemory(0, (int)head.Length), cancellationToken);
        }

        await CopyAsync(stream, ",\n\"annotations\":"u8.ToArray(), Annotations, _annotationFile, cancellationToken);
        await CopyAsync(stream, ",\n\"images\":"u8.ToArray(), Images, _imageFile, cancellationToken);
        await stream.WriteAsync("}\n"u8.ToArray(), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Images.Dispose();
        Annotations.Dispose();
        _imageFile.Dispose();
        _annotationFile.Dispose();
    }

    private static void WriteInfo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("info");
        writer.WriteString("description", "Segmentation project");
        writer.WriteString("version", "1.0");
        writer.WriteEndObject();
        writer.WriteStartArray("licenses");
        writer.WriteEndArray();
    }

    private static async Task CopyAsync(
        Stream stream, byte[] name, Utf8JsonWriter writer, FileStream file, CancellationToken cancellationToken)
    {
        writer.WriteEndArray();
        await writer.FlushAsync(cancellationToken);
        file.Position = 0;
        await stream.WriteAsync(name, cancellationToken);
        await file.CopyToAsync(stream, cancellationToken);
    }
}

using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Datumaro;

/// <summary>One file of a Datumaro dataset while it is written; its items lie in a temporary file first.</summary>
internal sealed class DatumaroPart : IDisposable
{
    private readonly FileStream _file = Spool.Create();

    /// <summary>Begins a file.</summary>
    public DatumaroPart()
    {
        Items = JsonText.Writer(_file);
        Items.WriteStartArray();
    }

    /// <summary>Writes the elements of <c>items</c>.</summary>
    public Utf8JsonWriter Items { get; }

    /// <summary>Writes the whole file.</summary>
    public async Task CopyToAsync(
        Stream stream, IReadOnlyList<DatasetLabel> labels, CancellationToken cancellationToken)
    {
        using (var head = new MemoryStream())
        {
            await using (var writer = JsonText.Writer(head))
            {
                writer.WriteStartObject();
                writer.WriteString("dm_format_version", "1.0");
                writer.WriteStartObject("info");
                writer.WriteEndObject();
                DatumaroLabels.Write(writer, labels);
            }

            await stream.WriteAsync(head.GetBuffer().AsMemory(0, (int)head.Length), cancellationToken);
        }

        Items.WriteEndArray();
        await Items.FlushAsync(cancellationToken);
        _file.Position = 0;
        await stream.WriteAsync(",\n\"items\":"u8.ToArray(), cancellationToken);
        await _file.CopyToAsync(stream, cancellationToken);
        await stream.WriteAsync("}\n"u8.ToArray(), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Items.Dispose();
        _file.Dispose();
    }
}

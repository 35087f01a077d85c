using System.Text.Json;
using System.Text.Unicode;

namespace Segmentation.Formats.Json;

/// <summary>Reads the JSON file of one picture as a whole.</summary>
internal static class JsonFile
{
    /// <summary>Bytes of the largest file of one picture.</summary>
    private const long MaxBytes = 1L << 28;

    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 64 };

    /// <summary>Tells JSON files by their name.</summary>
    public static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file whose root is an object; null: the file is damaged, which was reported.</summary>
    public static async Task<JsonDocument?> TryReadAsync(
        IDatasetSource source, string path, Action<DatasetProblem> report, CancellationToken cancellationToken)
    {
        if (source.SizeOf(path) > MaxBytes)
        {
            report(new(path, "", $"The file has more than {MaxBytes} bytes, too many for one picture."));
            return null;
        }

        try
        {
            var json = new byte[source.SizeOf(path)];
            await using (var stream = source.Open(path))
            {
                await stream.ReadExactlyAsync(json, cancellationToken);
            }

            if (!Utf8.IsValid(json))
            {
                report(new(path, "", "The file is not encoded in UTF-8."));
                return null;
            }

            var isMarked = json.AsSpan().StartsWith("\uFEFF"u8);
            var document = JsonDocument.Parse(json.AsMemory(isMarked ? 3 : 0), _options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            report(new(path, "", "The file is no JSON object."));
        }
        catch (JsonException exception)
        {
            report(new(
                path, "", $"The file is no complete JSON: line {exception.LineNumber + 1}, byte "
                + $"{exception.BytePositionInLine + 1}."));
        }

        return null;
    }
}

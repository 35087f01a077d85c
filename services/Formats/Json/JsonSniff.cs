using System.Text.Json;

namespace Segmentation.Formats.Json;

/// <summary>Beginning of a JSON file: what formats are told by.</summary>
internal sealed class JsonSniff
{
    private const int MaxBytes = 1 << 16;

    /// <summary>True if the root is an array.</summary>
    public bool IsArray { get; private init; }

    /// <summary>Properties of the root, or of the first element of a root that is an array.</summary>
    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Properties within the root's properties.</summary>
    public HashSet<string> InnerKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads at most 64 KiB of a file; null: the file does not begin as JSON.</summary>
    public static JsonSniff? Of(IDatasetSource source, string path)
    {
        var head = new byte[MaxBytes];
        int length;
        using (var stream = source.Open(path))
        {
            length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }

        var span = head.AsSpan(0, length);
        if (span.StartsWith("\uFEFF"u8))
        {
            span = span[3..];
        }

        try
        {
            var reader = new Utf8JsonReader(span, isFinalBlock: false, default);
            return reader.Read() && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                ? Of(reader)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Finds the files ending in .json that a test takes, in order; at most a few are looked into.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="most">Files that are looked into.</param>
    /// <param name="test">Tells if a file is wanted.</param>
    public static IEnumerable<string> Files(IDatasetSource source, int most, Func<JsonSniff, bool> test) =>
        source.Files
            .Where(file => file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            .Take(most)
            .Where(file => Of(source, file) is { } sniff && test(sniff));

    private static JsonSniff Of(Utf8JsonReader reader)
    {
        var sniff = new JsonSniff { IsArray = reader.TokenType == JsonTokenType.StartArray };
        var depth = sniff.IsArray ? 2 : 1;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    (reader.CurrentDepth == depth ? sniff.Keys : sniff.InnerKeys).Add(reader.GetString()!);
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What came before is enough to tell the format; reading the file will say what is wrong.
        }

        return sniff;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Json;

/// <summary>Writing of JSON.</summary>
internal static class JsonText
{
    private const int FlushBytes = 1 << 16;

    private static readonly JsonWriterOptions _options = new()
    {
        // The files are data, never part of a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Creates a writer.</summary>
    public static Utf8JsonWriter Writer(Stream stream) => new(stream, _options);

    /// <summary>Passes what is written on where it has become much.</summary>
    public static void FlushNowAndThen(this Utf8JsonWriter writer)
    {
        if (writer.BytesPending > FlushBytes)
        {
            writer.Flush();
        }
    }

    /// <summary>
    /// Returns the text of the object <c>attributes</c> of an item; null: there is none, or an empty one.
    /// </summary>
    /// <exception cref="BadItemException">The object has texts that are none.</exception>
    public static string? AttributesOf(JsonElement item) => Without(item.Field("attributes") ?? default);

    /// <summary>Writes the value of a property that is a JSON object as text.</summary>
    /// <returns>False if the text is none; nothing is written then.</returns>
    public static bool WriteObject(this Utf8JsonWriter writer, string name, string json)
    {
        using var document = ObjectOrNull(json);
        if (document is null)
        {
            return false;
        }

        writer.WritePropertyName(name);
        document.RootElement.WriteTo(writer);
        return true;
    }

    /// <summary>Parses a JSON object; null: the text is none, or has halves of characters.</summary>
    public static JsonDocument? ObjectOrNull(string? json)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && (!json.Contains('\\', StringComparison.Ordinal) || CanWrite(document.RootElement)))
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // The caller says that these attributes are none.
        }

        return null;
    }

    /// <summary>
    /// Returns an object's text without some of its properties; null: nothing is left.
    /// </summary>
    /// <exception cref="BadItemException">The object has texts that are none.</exception>
    public static string? Without(JsonElement item, params ReadOnlySpan<string> names)
    {
        if (item.ValueKind == JsonValueKind.Object && !CanWrite(item))
        {
            throw new BadItemException("attributes", "An attribute has characters that are none.");
        }

        if (item.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        using var memory = new MemoryStream();
        var count = 0;
        using (var writer = Writer(memory))
        {
            writer.WriteStartObject();
            foreach (var property in item.EnumerateObject())
            {
                if (!names.Contains(property.Name))
                {
                    property.WriteTo(writer);
                    count++;
                }
            }

            writer.WriteEndObject();
        }

        return count == 0 ? null : System.Text.Encoding.UTF8.GetString(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <summary>Tells if a value can be written: names and texts have no halves of characters.</summary>
    private static bool CanWrite(JsonElement value)
    {
        try
        {
            using var writer = Writer(Stream.Null);
            value.WriteTo(writer);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}

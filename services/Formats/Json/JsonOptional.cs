using System.Text.Json;

namespace Segmentation.Formats.Json;

/// <summary>Writes properties that are left out where they say nothing.</summary>
internal static class JsonOptional
{
    /// <summary>Writes a text; nothing for null.</summary>
    public static void WriteText(this Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    /// <summary>Writes a number; nothing for null and for what JSON has no number for.</summary>
    public static void WriteScore(this Utf8JsonWriter writer, string name, float? score)
    {
        if (score is { } number && float.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>Writes a whole number; nothing for 0.</summary>
    public static void WriteNonZero(this Utf8JsonWriter writer, string name, int number)
    {
        if (number != 0)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>Writes true; nothing for false.</summary>
    public static void WriteTrue(this Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, true);
        }
    }

    /// <summary>Writes a JSON object that is given as text; nothing for null and for a text that is none.</summary>
    public static void WriteAttributes(this Utf8JsonWriter writer, string? json)
    {
        if (json is not null)
        {
            writer.WriteObject("attributes", json);
        }
    }
}

using System.Text.Json;
using System.Text.Unicode;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.Json;

/// <summary>Reads fields of JSON items; each fault is one of the item.</summary>
internal static class JsonFields
{
    private const int MaxText = 4096;

    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 64 };

    /// <summary>Parses an item, which is an object.</summary>
    /// <exception cref="BadItemException">The item is no object, or no UTF-8.</exception>
    public static JsonDocument ParseObject(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            throw new BadItemException("", "The item is not encoded in UTF-8.");
        }

        var document = JsonDocument.Parse(json, _options);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw new BadItemException("", "The item is no JSON object.");
    }

    /// <summary>Returns a field that is there and not null; otherwise null.</summary>
    public static JsonElement? Field(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>Returns a field.</summary>
    /// <exception cref="BadItemException">The field is missing.</exception>
    public static JsonElement Needed(this JsonElement item, string name) =>
        item.Field(name) ?? throw new BadItemException(name, "The field is missing.");

    /// <summary>Returns a text.</summary>
    /// <exception cref="BadItemException">The field is missing, no text, empty or too long.</exception>
    public static string Text(this JsonElement item, string name) =>
        item.TextOrNull(name) ?? throw new BadItemException(name, "The field is missing.");

    /// <summary>Returns a text, or null where there is none.</summary>
    /// <exception cref="BadItemException">The field is no text, empty or too long.</exception>
    public static string? TextOrNull(this JsonElement item, string name)
    {
        if (item.Field(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw new BadItemException(name, "The field is no text.");
        }

        var text = TextOf(value, name);
        return text.Length is > 0 and <= MaxText
            ? text
            : throw new BadItemException(name, $"The text is not 1 to {MaxText} characters long.");
    }

    /// <summary>Returns a text of any length.</summary>
    /// <exception cref="BadItemException">The text has half of a pair of characters.</exception>
    public static string TextOf(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new BadItemException(name, "The text has characters that are none.");
        }
    }

    /// <summary>Returns a text, or null where it is none.</summary>
    public static string? TextOrNothing(JsonElement value)
    {
        try
        {
            return TextOf(value, "");
        }
        catch (BadItemException)
        {
            return null;
        }
    }

    /// <summary>Returns a whole number, also one that is written as 3.0 or "3".</summary>
    /// <exception cref="BadItemException">The field is missing or no such number.</exception>
    public static long Whole(this JsonElement item, string name) =>
        item.WholeOrNull(name) ?? throw new BadItemException(name, "The field is missing.");

    /// <summary>Returns a whole number, or null where there is none.</summary>
    /// <exception cref="BadItemException">The field is no such number.</exception>
    public static long? WholeOrNull(this JsonElement item, string name)
    {
        if (item.Field(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var whole))
            {
                return whole;
            }

            if (value.TryGetDouble(out var number) && Math.Abs(number) < 1e15 && number == Math.Floor(number))
            {
                return (long)number;
            }
        }
        else if (value.ValueKind == JsonValueKind.String && long.TryParse(TextOf(value, name), out var parsed))
        {
            return parsed;
        }

        throw new BadItemException(name, "The field is no whole number.");
    }

    /// <summary>Returns a whole number within 32 bits, or a value where there is none.</summary>
    /// <exception cref="BadItemException">The field is no such number.</exception>
    public static int SmallOr(this JsonElement item, string name, int otherwise) =>
        item.WholeOrNull(name) is not { } whole ? otherwise
        : whole is >= int.MinValue and <= int.MaxValue ? (int)whole
        : throw new BadItemException(name, "The number has more than 32 bits.");

    /// <summary>Returns a finite number, or null where there is none.</summary>
    /// <exception cref="BadItemException">The field is no such number.</exception>
    public static double? NumberOrNull(this JsonElement item, string name) =>
        item.Field(name) is { } value ? NumberOf(value, name) : null;

    /// <summary>Returns a finite number.</summary>
    /// <exception cref="BadItemException">The value is none.</exception>
    public static double NumberOf(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw new BadItemException(name, "The value is no finite number.");

    /// <summary>Returns a score of 0 to 1, or null where there is none.</summary>
    /// <exception cref="BadItemException">The field is no number.</exception>
    public static float? ScoreOrNull(this JsonElement item, string name) =>
        item.NumberOrNull(name) is { } score ? (float)score : null;

    /// <summary>Returns true for true and for numbers but 0; false where there is nothing.</summary>
    /// <exception cref="BadItemException">The field is neither.</exception>
    public static bool Flag(this JsonElement item, string name) => item.Field(name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => NumberOf(value, name) != 0,
        _ => throw new BadItemException(name, "The field is neither true nor false."),
    };

    /// <summary>Returns the elements of an array.</summary>
    /// <exception cref="BadItemException">The value is none.</exception>
    public static JsonElement.ArrayEnumerator Elements(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : throw new BadItemException(name, "The field is no array.");

    /// <summary>Returns an array of finite numbers.</summary>
    /// <exception cref="BadItemException">The value is none.</exception>
    public static double[] Numbers(JsonElement value, string name)
    {
        var numbers = new double[value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 0];
        var at = 0;
        foreach (var number in Elements(value, name))
        {
            numbers[at++] = NumberOf(number, name);
        }

        return numbers;
    }

    /// <summary>Returns an array of pairs of numbers as x and y by turns.</summary>
    /// <exception cref="BadItemException">The value is none.</exception>
    public static double[] Pairs(JsonElement value, string name)
    {
        var numbers = new List<double>();
        foreach (var pair in Elements(value, name))
        {
            var xy = Numbers(pair, name);
            if (xy.Length < 2)
            {
                throw new BadItemException(name, "A point has not two numbers.");
            }

            numbers.Add(xy[0]);
            numbers.Add(xy[1]);
        }

        return [.. numbers];
    }
}

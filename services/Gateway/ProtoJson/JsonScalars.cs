using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Contract;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>Reads values of proto3 JSON that are no messages.</summary>
internal static class JsonScalars
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
        | NumberStyles.AllowExponent;

    /// <summary>Reads the value at hand.</summary>
    /// <param name="reader">At the value.</param>
    /// <param name="field">The field, or the repeated field whose element the value is.</param>
    /// <param name="problem">The mistake in the value, as the rest of a sentence.</param>
    /// <returns>The value as the field's accessor takes it; null when it is none.</returns>
    public static object? Read(ref Utf8JsonReader reader, FieldDescriptor field, out string problem)
    {
        problem = $"is no {Kind(field.FieldType)}";
        switch (field.FieldType)
        {
            case FieldType.Bool:
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False
                    ? reader.TokenType == JsonTokenType.True
                    : null;
            case FieldType.String:
                return TextOf(ref reader, ref problem);
            case FieldType.Bytes:
                return reader.TokenType == JsonTokenType.String ? JsonBytes.Read(ref reader, ref problem) : null;
            case FieldType.Enum:
                return EnumOf(ref reader, field.EnumType, ref problem);
            case FieldType.Float:
                return RealOf(ref reader, ref problem) is { } real && FitsFloat(real, ref problem) ? (float)real : null;
            case FieldType.Double:
                return RealOf(ref reader, ref problem);
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return WholeOf(ref reader, int.MinValue, int.MaxValue, ref problem) is { } whole ? (int)whole : null;
            case FieldType.UInt32 or FieldType.Fixed32:
                return WholeOf(ref reader, 0, uint.MaxValue, ref problem) is { } natural ? (uint)natural : null;
            case FieldType.UInt64 or FieldType.Fixed64:
                return WholeOf(ref reader, 0, ulong.MaxValue, ref problem) is { } large ? (ulong)large : null;
            default:
                return WholeOf(ref reader, long.MinValue, long.MaxValue, ref problem) is { } other ? (long)other : null;
        }
    }

    private static string Kind(FieldType type) => type switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "text in quotation marks",
        FieldType.Bytes => "base64 in quotation marks",
        FieldType.Enum => "name or number of an enumeration",
        FieldType.Float or FieldType.Double => "number",
        _ => "whole number",
    };

    private static string? TextOf(ref Utf8JsonReader reader, ref string problem)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            problem = "is no valid Unicode";
            return null;
        }
    }

    /// <summary>The digits of a number, which may stand in quotation marks.</summary>
    private static string? DigitsOf(ref Utf8JsonReader reader, ref string problem) => reader.TokenType switch
    {
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.String => TextOf(ref reader, ref problem),
        _ => null,
    };

    private static double? RealOf(ref Utf8JsonReader reader, ref string problem)
    {
        var digits = DigitsOf(ref reader, ref problem);
        switch (digits)
        {
            case "NaN":
                return double.NaN;
            case "Infinity":
                return double.PositiveInfinity;
            case "-Infinity":
                return double.NegativeInfinity;
        }

        if (!double.TryParse(digits, Decimal, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        problem = "is too large for a number of 64 bits";
        return double.IsFinite(value) ? value : null;
    }

    private static bool FitsFloat(double value, ref string problem)
    {
        problem = "is too large for a number of 32 bits";
        return !double.IsFinite(value) || float.IsFinite((float)value);
    }

    private static decimal? WholeOf(ref Utf8JsonReader reader, decimal min, decimal max, ref string problem)
    {
        var digits = DigitsOf(ref reader, ref problem);
        if (!decimal.TryParse(digits, Decimal, CultureInfo.InvariantCulture, out var value)
            || decimal.Truncate(value) != value)
        {
            return null;
        }

        problem = string.Create(CultureInfo.InvariantCulture, $"is outside of {min} to {max}");
        return value >= min && value <= max ? value : null;
    }

    private static object? EnumOf(ref Utf8JsonReader reader, EnumDescriptor type, ref string problem)
    {
        int number;
        if (reader.TokenType == JsonTokenType.String)
        {
            var name = TextOf(ref reader, ref problem);
            if (type.FindValueByName(name ?? "") is not { } value)
            {
                problem = $"is no {type.Name}: {string.Join(", ", type.Values.Select(known => known.Name))}";
                return null;
            }

            number = value.Number;
        }
        else if (WholeOf(ref reader, int.MinValue, int.MaxValue, ref problem) is { } whole)
        {
            number = (int)whole;
            if (PointLabels.Refuse(type, number) is { } reason)
            {
                problem = reason;
                return null;
            }
        }
        else
        {
            return null;
        }

        // Numbers that no name has pass, as the wire's do: what reads the message refuses them with the field's name.
        return Enum.ToObject(type.ClrType, number);
    }
}

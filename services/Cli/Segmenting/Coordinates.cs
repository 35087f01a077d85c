using System.CommandLine.Parsing;
using System.Globalization;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Segmenting;

/// <summary>Reads <c>x,y[,label]</c> and <c>x1,y1,x2,y2</c> as options take them.</summary>
internal static class Coordinates
{
    public static PointPrompt[] ParsePoints(ArgumentResult result) => [.. Parse(result, ParsePoint)];

    public static BoxPrompt[] ParseBoxes(ArgumentResult result) => [.. Parse(result, ParseBox)];

    private static List<T> Parse<T>(ArgumentResult result, Func<string, (T Value, string? Error)> read)
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            var (value, error) = read(token.Value);
            if (error is not null)
            {
                result.AddError($"'{token.Value}' {error}");
                return [];
            }

            values.Add(value);
        }

        return values;
    }

    private static (PointPrompt Value, string? Error) ParsePoint(string text)
    {
        const string Form = "is no point: write x,y in pixels, or x,y,1 for inside and x,y,0 for outside.";
        var parts = text.Split(',');
        if (parts.Length is not (2 or 3) || !TryNumbers(parts.AsSpan(0, 2), out var xy))
        {
            return (default, Form);
        }

        return parts.Length == 2 || parts[2] == "1" ? (new(xy[0], xy[1], PointLabel.Foreground), null)
            : parts[2] == "0" ? (new(xy[0], xy[1], PointLabel.Background), null)
            : (default, Form);
    }

    private static (BoxPrompt Value, string? Error) ParseBox(string text)
    {
        var parts = text.Split(',');
        if (parts.Length != 4 || !TryNumbers(parts, out var edges))
        {
            return (default, "is no box: write x1,y1,x2,y2 in pixels, left, top, right, bottom.");
        }

        return edges[2] > edges[0] && edges[3] > edges[1]
            ? (new(edges[0], edges[1], edges[2], edges[3]), null)
            : (default, "is an empty box: x2 must be greater than x1 and y2 greater than y1.");
    }

    private static bool TryNumbers(ReadOnlySpan<string> parts, out float[] numbers)
    {
        numbers = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !float.IsFinite(numbers[i]))
            {
                return false;
            }
        }

        return true;
    }
}

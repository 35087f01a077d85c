using System.Globalization;
using Microsoft.Extensions.Primitives;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// A prompt in a query: <c>point=x,y</c>, <c>point=x,y,0</c> for outside, <c>box=x0,y0,x1,y1</c>; <c>model=NAME</c>.
/// </summary>
internal static class MaskQuery
{
    private const string PointForm = "expected x,y in pixels, and perhaps ,0 for outside or ,1 for inside";
    private const string BoxForm = "expected x0,y0,x1,y1 in pixels";

    /// <summary>Reads a prompt; what the numbers mean on the image is checked with the image.</summary>
    public static Outcome<SegmentRequest> Parse(IQueryCollection query)
    {
        var prompt = new Prompt();
        var request = new SegmentRequest { Prompts = { prompt } };
        var violations = new Violations();
        foreach (var (key, values) in query)
        {
            switch (key)
            {
                case "point":
                    AddPoints(prompt, values, violations);
                    break;
                case "box" when values.Count == 1:
                    prompt.Box = BoxOf($"{values}", violations);
                    break;
                case "box":
                    violations.Add("box", $"{values.Count} boxes; at most one is allowed: send a request for each.");
                    break;
                case ModelQuery.Name when values.Count == 1:
                    request.Model = $"{values}";
                    break;
                case ModelQuery.Name:
                    violations.Add(ModelQuery.Name, $"{values.Count} values; one is allowed.");
                    break;
                default:
                    violations.Add(
                        ClientText.Quote(key), "Unknown: a query has point (any number of times), box and model.");
                    break;
            }
        }

        return violations.Any ? violations.ToStatus() : request;
    }

    private static void AddPoints(Prompt prompt, StringValues values, Violations violations)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var text = values[i] ?? "";
            var numbers = NumbersOf(text);
            if (numbers is not ([_, _] or [_, _, 0 or 1]))
            {
                var hint = numbers is [_, _, 2 or 3] ? $" {PointLabels.Corners}: box=x0,y0,x1,y1." : "";
                violations.Add($"point[{i}]", $"{ClientText.Quote(text)}: {PointForm}.{hint}");
                continue;
            }

            var label = numbers is [_, _, 0] ? PointLabel.Background : PointLabel.Foreground;
            prompt.Points.Add(new Point { X = numbers[0], Y = numbers[1], Label = label });
        }
    }

    private static Box? BoxOf(string text, Violations violations)
    {
        if (NumbersOf(text) is [var xMin, var yMin, var xMax, var yMax])
        {
            return new Box { XMin = xMin, YMin = yMin, XMax = xMax, YMax = yMax };
        }

        violations.Add("box", $"{ClientText.Quote(text)}: {BoxForm}.");
        return null;
    }

    private static float[] NumbersOf(string text)
    {
        var parts = text.Split(',');
        var numbers = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return [];
            }
        }

        return numbers;
    }
}

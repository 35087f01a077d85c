using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Reads prompts as clients send them into prompts as grains take them, noting everything wrong.</summary>
/// <param name="rules">The prompts that the model takes.</param>
/// <param name="size">The image; null when it is not known yet, which leaves out what depends on its size.</param>
/// <param name="violations">Collects the mistakes; with any, the prompts must not be used.</param>
internal sealed partial class PromptParser(PromptRules rules, EmbeddingInfo? size, Violations violations)
{
    /// <summary>Reads a prompt.</summary>
    /// <param name="prompt">The prompt; null when the client left it out.</param>
    /// <param name="path">Path of the prompt in the request, for example <c>prompts[3]</c>.</param>
    /// <param name="refines">True when the session will add a mask, so that the prompt itself may be empty.</param>
    public PromptData Parse(Prompt? prompt, string path, bool refines = false)
    {
        prompt ??= new Prompt();
        if (prompt is { Points.Count: 0, Box: null, Mask: null } && !refines)
        {
            violations.Add(path, "Empty: at least one point, a box or a mask is needed.");
        }

        Refuse(prompt.Box is null ? null : rules.Box, path, "box");
        Refuse(prompt.Mask is null ? null : rules.Mask, path, "mask");
        return new PromptData
        {
            Points = ParsePoints(prompt, path),
            Box = prompt.Box is { } box ? ParseBox(box, $"{path}.box") : null,
            MaskId = prompt.Mask is { } named ? ParseMaskId(named, $"{path}.mask") : null,
            MaskLogits = prompt.Mask is { } drawn ? ParseLogits(drawn, $"{path}.mask") : null,
        };
    }

    private PointData[] ParsePoints(Prompt prompt, string path)
    {
        if (prompt.Points.Count > PromptLimits.Points)
        {
            violations.Add(
                $"{path}.points", $"{prompt.Points.Count} points; at most {PromptLimits.Points} are allowed.");
            return [];
        }

        Refuse(rules.Points(prompt.Points.Count, prompt.Box is not null), path, "points");
        var points = new PointData[prompt.Points.Count];
        for (var i = 0; i < points.Length; i++)
        {
            var point = prompt.Points[i];
            CheckInside(point.X, size?.Width, path, i, "x", "width");
            CheckInside(point.Y, size?.Height, path, i, "y", "height");
            if (point.HasLabel && PointLabels.Refuse(point.Label) is { } refused)
            {
                violations.Add($"{path}.points[{i}].label", refused);
            }

            var isForeground = !point.HasLabel || point.Label == PointLabel.Foreground;
            if (!isForeground && rules.Background is { } never)
            {
                violations.Add($"{path}.points[{i}].label", never);
            }

            points[i] = new PointData(point.X, point.Y, isForeground);
        }

        return points;
    }

    /// <summary>
    /// A box dragged over the image's edge is cut off at the edge, as the person who drew it means; a box that has
    /// nothing of the image inside is a mistake.
    /// </summary>
    private BoxData ParseBox(Box box, string path)
    {
        var finite = CheckFinite(box.XMin, path, "x_min") & CheckFinite(box.XMax, path, "x_max")
            & CheckFinite(box.YMin, path, "y_min") & CheckFinite(box.YMax, path, "y_max");
        if (!finite)
        {
            return default;
        }

        var (xMin, xMax) = ParseSide(box.XMin, box.XMax, size?.Width, path, "x");
        var (yMin, yMax) = ParseSide(box.YMin, box.YMax, size?.Height, path, "y");
        return new BoxData(xMin, yMin, xMax, yMax);
    }

    private (float Min, float Max) ParseSide(float min, float max, int? length, string path, string axis)
    {
        var end = length ?? float.MaxValue;
        if (!(max > min))
        {
            violations.Add($"{path}.{axis}_max", $"{max} must be greater than {axis}_min, which is {min}.");
        }
        else if (max <= 0 || min >= end)
        {
            var range = length is null ? "must reach into the image" : $"has nothing of 0 to {length} inside";
            violations.Add($"{path}.{axis}_min", $"The box lies outside of the image: {min} to {max} {range}.");
        }

        return (Math.Max(min, 0), Math.Min(max, end));
    }

    private string? ParseMaskId(MaskInput mask, string path)
    {
        if (mask.SourceCase == MaskInput.SourceOneofCase.None)
        {
            violations.Add(path, "Empty: mask_id or logits is needed.");
        }

        if (mask.SourceCase != MaskInput.SourceOneofCase.MaskId)
        {
            return null;
        }

        if (!MaskIdForm().IsMatch(mask.MaskId))
        {
            violations.Add(
                $"{path}.mask_id", $"{ClientText.Quote(mask.MaskId)} is no mask id: use Mask.id of an earlier answer.");
        }

        return mask.MaskId;
    }

    private byte[]? ParseLogits(MaskInput mask, string path)
    {
        if (mask.SourceCase != MaskInput.SourceOneofCase.Logits)
        {
            return null;
        }

        if (mask.Logits.Length != PromptLimits.LogitsBytes)
        {
            violations.Add(
                $"{path}.logits",
                $"{mask.Logits.Length} bytes; expected {PromptLimits.LogitsBytes} (256 x 256 little-endian float32).");
            return null;
        }

        var values = MemoryMarshal.Cast<byte, float>(mask.Logits.Span);
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                violations.Add(
                    $"{path}.logits", $"Value {i} (row {i / 256}, column {i % 256}) is {values[i]}, not finite.");
                return null;
            }
        }

        // The message's own array, which nobody writes to: 256 KB a prompt.
        return MemoryMarshal.TryGetArray(mask.Logits.Memory, out var whole) && whole.Count == whole.Array!.Length
            ? whole.Array
            : mask.Logits.ToByteArray();
    }

    /// <summary>Notes that the model cannot take a part of a prompt; nothing where the sentence is null.</summary>
    private void Refuse(string? sentence, string path, string field)
    {
        if (sentence is not null)
        {
            violations.Add($"{path}.{field}", sentence);
        }
    }

    // The names of fields are written only where something is wrong.
    private void CheckInside(float value, int? length, string path, int index, string axis, string dimension)
    {
        if (float.IsFinite(value) && value >= 0 && !(value > length))
        {
            return;
        }

        var point = $"{path}.points[{index}]";
        if (CheckFinite(value, point, axis))
        {
            var range = length is null ? $"0 to the image's {dimension}" : $"0 to {length} (the image's {dimension})";
            violations.Add($"{point}.{axis}", $"{value} is outside of the image: {range} is allowed.");
        }
    }

    private bool CheckFinite(float value, string path, string field)
    {
        if (!float.IsFinite(value))
        {
            violations.Add($"{path}.{field}", $"{value} is not a finite number.");
        }

        return float.IsFinite(value);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}\\z")]
    private static partial Regex MaskIdForm();
}

using System.Text.Json.Serialization;
using Segmentation.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests;

/// <summary>One prompt of <c>predictor.json</c> and the reference's answer to it.</summary>
public sealed record GoldenCase(
    string Image,
    int[] Size,
    GoldenPrompt Prompt,
    bool Multimask,
    [property: JsonPropertyName("mask_input")] string? MaskInput,
    GoldenMask[] Masks)
{
    public Prompt ToPrompt() => new()
    {
        Points = [.. (Prompt.Points ?? []).Select(p => new PointPrompt(p[0], p[1], (PointLabel)(int)p[2]))],
        Box = Prompt.Box is { } b ? new BoxPrompt(b[0], b[1], b[2], b[3]) : null,
    };

    public RunLengths ToRunLengths(int mask) => new(Size[0], Size[1], Masks[mask].Counts);
}

/// <summary>Points as [x, y, label], box as [x1, y1, x2, y2].</summary>
public sealed record GoldenPrompt(float[][]? Points, float[]? Box);

/// <summary>A mask as uncompressed COCO run lengths.</summary>
public sealed record GoldenMask(
    [property: JsonPropertyName("predicted_iou")] float PredictedIou, long Area, uint[] Counts);

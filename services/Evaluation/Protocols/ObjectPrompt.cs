using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Protocols;

/// <summary>A prompt for one object.</summary>
/// <param name="Clicks">Clicks; empty: none.</param>
/// <param name="Box">The box; null: none.</param>
/// <param name="Logits">256 x 256 logits of the answer before; null: none.</param>
public sealed record ObjectPrompt(
    IReadOnlyList<SimulatedClick> Clicks, BoxCorners? Box = null, ReadOnlyMemory<float>? Logits = null);

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>Tokens [B, Side, Side, channels] as a graph value.</summary>
internal sealed record TokenGrid(string Value, int Side);

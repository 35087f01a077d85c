using Segmentation.Models.Layouts;

namespace Segmentation.Models.Recognition;

/// <summary>A published pair of graphs whose layout is known.</summary>
public sealed record RecognisedModel
{
    /// <summary>Path of the encoder.</summary>
    public required string EncoderPath { get; init; }

    /// <summary>Path of the decoder.</summary>
    public required string DecoderPath { get; init; }

    /// <summary>Paths of the files with weights of the encoder (external data).</summary>
    public required IReadOnlyList<string> EncoderData { get; init; }

    /// <summary>Paths of the files with weights of the decoder (external data).</summary>
    public required IReadOnlyList<string> DecoderData { get; init; }

    /// <summary>The layout: the encoder as published, the decoder with all ports.</summary>
    public required ModelLayout Layout { get; init; }

    /// <summary>Licence in the files' metadata; null where they do not say.</summary>
    public string? Licence { get; init; }

    /// <summary>Program that wrote the decoder, with its version; empty where the file does not say.</summary>
    public string Producer { get; init; } = "";
}

using Segmentation.Masks.Geometry;

namespace Segmentation.Models.Layouts;

/// <summary>Everything along which published models vary: how an image goes in and how prompts are answered.</summary>
public sealed record ModelLayout
{
    /// <summary>Layout of a model whose four graphs ModelBuilder wrote, as the default model's.</summary>
    public static ModelLayout Built { get; } = new() { Encoder = EncoderLayout.Built, Decoder = DecoderLayout.Built };

    /// <summary>Rule by which an image becomes the model's square of 1024 pixels.</summary>
    public Resizing Resizing { get; init; }

    /// <summary>The encoder.</summary>
    public required EncoderLayout Encoder { get; init; }

    /// <summary>The decoder.</summary>
    public required DecoderLayout Decoder { get; init; }
}

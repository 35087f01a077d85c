using Segmentation.Models.Layouts;

namespace Segmentation.Models.Recognition;

/// <summary>A graph that is a decoder.</summary>
/// <param name="Graph">Its header.</param>
/// <param name="Layout">Its layout, with all ports.</param>
/// <param name="IntermediateChannels">
/// Channels of SAM-HQ's features; null where there are none or the file leaves them free.
/// </param>
internal sealed record DecoderMatch(GraphHeader Graph, DecoderLayout Layout, int? IntermediateChannels)
{
    /// <summary>True if it has an input or output.</summary>
    public bool Has(DecoderRole role) => Layout.Ports!.Any(port => port.Role == role);

    /// <summary>True if an encoder gives exactly what this decoder takes.</summary>
    public bool Fits(EncoderMatch encoder) =>
        encoder.Has(TensorRole.HighRes0) == Has(DecoderRole.HighRes0)
        && encoder.Has(TensorRole.Intermediate) == Has(DecoderRole.Intermediate)
        && encoder.HasPositional == Has(DecoderRole.Positional)
        && (encoder.Layout.Form == PixelForm.ChannelsUnit) == (Layout.Family == DecoderFamilies.EfficientSam);
}

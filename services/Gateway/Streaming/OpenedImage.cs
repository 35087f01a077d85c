using Segmentation.Gateway.Images;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>The image a session has open, and what holds for all its prompts.</summary>
/// <param name="Image">The image.</param>
/// <param name="Mode">How prompts that come too fast are treated.</param>
/// <param name="Output">Output of every answer, unless a prompt says otherwise.</param>
internal sealed record OpenedImage(StoredImage Image, StreamMode Mode, OutputSpec Output)
{
    /// <summary>The silo that answers its prompts.</summary>
    public SiloAffinity Affinity { get; } = new();
}

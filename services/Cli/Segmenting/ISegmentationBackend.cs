using Segmentation.Protocol.V1;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Answers prompts, in this process or on a server.</summary>
internal interface ISegmentationBackend : IDisposable
{
    /// <summary>Segments one image file.</summary>
    Task<SegmentResponse> SegmentAsync(
        byte[] file, IReadOnlyList<Prompt> prompts, OutputOptions output, CancellationToken cancellationToken);
}

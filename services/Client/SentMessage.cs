using Segmentation.Protocol.V1;

namespace Segmentation.Client;

/// <summary>A message of a live session without an answer so far.</summary>
/// <param name="Message">A prompt, or a reset.</param>
internal sealed record SentMessage(SegmentStreamRequest Message)
{
    /// <summary>The prompt's answer; null when a newer one superseded it.</summary>
    public TaskCompletionSource<StreamAnswer?> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when the image was sent again for this prompt, which is done once.</summary>
    public bool IsRestored { get; set; }

    /// <summary>The prompt's number; 0 for a reset, which has no answer.</summary>
    public long Sequence => Message.Prompt?.Sequence ?? 0;
}

using Segmentation.Gateway.Answers;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>A prompt that was run, or another message that was answered.</summary>
/// <param name="response">The answer, or the error.</param>
/// <param name="bestMaskId">
/// Best mask of the latest answered prompt up to this one since the session was opened or reset; null without one.
/// </param>
/// <param name="held">The answer's bytes in the budget; null for one without masks.</param>
internal sealed class PromptRun(SegmentStreamResponse response, string? bestMaskId = null, AnswerReservation? held = null)
    : IDisposable
{
    private SegmentStreamResponse? _response = response;

    /// <summary>
    /// Best mask of the latest answered prompt up to this one since the session was opened or reset; null without one.
    /// </summary>
    public string? BestMaskId => bestMaskId;

    /// <summary>The answer or the error, until it was written.</summary>
    public SegmentStreamResponse Response => _response ?? throw new ObjectDisposedException(nameof(PromptRun));

    /// <summary>
    /// Gives up the answer and its bytes: the session keeps its latest prompt for the next one, and not the masks.
    /// </summary>
    public void Dispose()
    {
        _response = null;
        held?.Dispose();
    }
}

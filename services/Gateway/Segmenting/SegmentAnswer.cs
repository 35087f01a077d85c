using Segmentation.Gateway.Answers;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Masks that are ready to be sent: a message, or a large answer.</summary>
internal sealed class SegmentAnswer : IDisposable
{
    /// <param name="message">A small answer.</param>
    /// <param name="held">Its bytes in the budget.</param>
    public SegmentAnswer(SegmentResponse message, AnswerReservation held) => (Message, Held) = (message, held);

    /// <param name="large">A large answer.</param>
    public SegmentAnswer(LargeAnswer large) => (Large, Held) = (large, large.Held);

    /// <summary>A small answer; null for a large one.</summary>
    public SegmentResponse? Message { get; }

    /// <summary>A large answer; null for a small one.</summary>
    public LargeAnswer? Large { get; }

    /// <summary>Its bytes in the budget.</summary>
    public AnswerReservation Held { get; }

    /// <summary>The masks of the first prompt; to be called once.</summary>
    public PromptResult TakeFirst() => Message is not null ? Message.Results[0] : Large!.TakeResults().First();

    public void Dispose()
    {
        Large?.Dispose();
        Held.Dispose();
    }
}

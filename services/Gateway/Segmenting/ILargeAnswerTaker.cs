namespace Segmentation.Gateway.Segmenting;

/// <summary>The context of a call that sends large answers in a form of its own, not as a gRPC message.</summary>
internal interface ILargeAnswerTaker
{
    /// <summary>Takes an answer over; the taker sends it once the handler has ended.</summary>
    void Take(LargeAnswer answer);
}

using Grpc.Core;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Grpc;

/// <summary>Sends answers; their bytes are given back when the client has taken them.</summary>
internal sealed class AnswerSender(AnswerWatch watch)
{
    /// <summary>Sends a large answer piece by piece, and leaves a small one to the server library.</summary>
    /// <param name="answer">The answer, which is disposed of here.</param>
    /// <param name="context">The call.</param>
    /// <returns>The message that the handler returns.</returns>
    public async Task<SegmentResponse> SendAsync(SegmentAnswer answer, ServerCallContext context)
    {
        var call = context.GetHttpContext();
        if (answer.Message is { } message)
        {
            watch.Follow(call, answer.Held);
            return message;
        }

        if (context is ILargeAnswerTaker taker)
        {
            call.Response.RegisterForDispose(answer);
            taker.Take(answer.Large!);
        }
        else
        {
            using (answer)
            {
                await answer.Large!.SendAsync(call, watch, context.CancellationToken);
            }
        }

        return SegmentationMethods.Sent;
    }
}

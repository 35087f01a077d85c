using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Fuzz.Gateway;

/// <summary>
/// A session's client: sends messages one after the other, sometimes a step later, and keeps the answers.
/// </summary>
/// <param name="messages">The messages.</param>
/// <param name="random">Says which messages and answers come a step later.</param>
internal sealed class SessionScript(IReadOnlyList<SegmentStreamRequest> messages, Random random)
    : IAsyncStreamReader<SegmentStreamRequest>, IServerStreamWriter<SegmentStreamResponse>
{
    private int _next;

    public SegmentStreamRequest Current => messages[_next - 1];

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>The answers, in order.</summary>
    public List<SegmentStreamResponse> Answers { get; } = [];

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        await StepsAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return _next < messages.Count && ++_next > 0;
    }

    public Task WriteAsync(SegmentStreamResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(SegmentStreamResponse message, CancellationToken cancellationToken)
    {
        await StepsAsync();
        cancellationToken.ThrowIfCancellationRequested();
        Answers.Add(message);
    }

    private async Task StepsAsync()
    {
        for (var steps = random.Next(4); steps > 0; steps--)
        {
            await Task.Yield();
        }
    }
}

namespace Segmentation.LoadTests.Attack;

/// <summary>Unary calls of the largest message but for its last byte, which never comes.</summary>
internal sealed class UnfinishedCalls(int count, int bytes) : IAttack
{
    /// <inheritdoc/>
    public string Name => "calls-unfinished";

    /// <inheritdoc/>
    public string Sent => $"{count} calls of Segment with {bytes / 1_000_000} MB each but for the last byte";

    /// <inheritdoc/>
    public AttackBounds Bounds { get; } = AttackBounds.Budget(700);

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        using var caller = new AttackCaller(target, answers);
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => caller.GrpcAsync(
            AttackCaller.Segment,
            new PiecesContent(null, async (stream, cancellationToken) =>
            {
                await stream.WriteAsync(GrpcPrefix.Of(bytes), cancellationToken);

                // Field 2 is the image's bytes; lengths beyond 2 MB take four bytes.
                await stream.WriteAsync(WireBodies.FieldOf(2, bytes), cancellationToken);
                await PiecesContent.WriteZerosAsync(stream, bytes - 6, cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }),
            end)));
    }
}

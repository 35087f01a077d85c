using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// The same request again and again, several at once, the next soon after one is answered: what is measured is what
/// requests cost, and not how many of them a client can send.
/// </summary>
internal sealed class RequestAttack(string name, string sent, AttackBounds bounds, int atOnce) : IAttack
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Sent => sent;

    /// <inheritdoc/>
    public AttackBounds Bounds => bounds;

    /// <summary>Sends the n-th request and gives its status; null where none came.</summary>
    public required Func<AttackCaller, int, CancellationToken, Task<RpcStatus?>> Send { get; init; }

    /// <summary>
    /// Called once before the first request: makes its bytes, and puts on the server what it will name.
    /// </summary>
    public Func<AttackCaller, CancellationToken, Task>? Prepare { get; init; }

    /// <summary>Tells whether a status must not have been given; null where every proper one may.</summary>
    public Func<RpcStatus, bool>? IsWrong { get; init; }

    /// <summary>Tells whether a request was served that is to be refused.</summary>
    public static bool IsAccepted(RpcStatus status) => status.Code == (int)StatusCode.OK;

    /// <inheritdoc/>
    public async Task PrepareAsync(AttackTarget target, CancellationToken cancellationToken)
    {
        if (Prepare is not null)
        {
            using var caller = new AttackCaller(target, new Answers());
            await Prepare(caller, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        using var caller = new AttackCaller(target, answers);
        var n = 0;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
            {
                var status = await Send(caller, Interlocked.Increment(ref n), end);
                if (status is not null && IsWrong?.Invoke(status) == true)
                {
                    answers.AddWrong($"{AttackCaller.Words(status)} must not have been answered: {status.Message}");
                }

                await PauseAsync(end);
            }
        }));
    }

    private static async Task PauseAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(_pause, end);
        }
        catch (OperationCanceledException)
        {
        }
    }
}

using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Attack;

/// <summary>The same request again and again, several at once, the next as soon as one is answered.</summary>
internal sealed class RequestAttack(string name, string sent, AttackBounds bounds, int atOnce) : IAttack
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Sent => sent;

    /// <inheritdoc/>
    public AttackBounds Bounds => bounds;

    /// <summary>Sends the n-th request and gives its status; null where none came.</summary>
    public required Func<Caller, int, CancellationToken, Task<RpcStatus?>> Send { get; init; }

    /// <summary>Called once before the first request, for what requests need on the server; its calls count, too.</summary>
    public Func<Caller, CancellationToken, Task>? Prepare { get; init; }

    /// <summary>Tells whether a status must not have been given; null where every proper one may.</summary>
    public Func<RpcStatus, bool>? IsWrong { get; init; }

    /// <summary>Tells whether a request was served that is to be refused.</summary>
    public static bool IsAccepted(RpcStatus status) => status.Code == (int)StatusCode.OK;

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        using var caller = new Caller(target, answers);
        if (Prepare is not null)
        {
            await Prepare(caller, end);
        }

        var n = 0;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            // Making a request's bytes must not hold up the other requests.
            await Task.Yield();
            while (!end.IsCancellationRequested)
            {
                var status = await Send(caller, Interlocked.Increment(ref n), end);
                if (status is not null && IsWrong?.Invoke(status) == true)
                {
                    answers.AddWrong($"{Caller.Words(status)} must not have been answered: {status.Message}");
                }

                if (status is null)
                {
                    await PauseAsync(end);
                }
            }
        }));
    }

    // A server that only closes connections would else be asked as fast as this machine can.
    private static async Task PauseAsync(CancellationToken end)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), end);
        }
        catch (OperationCanceledException)
        {
        }
    }
}

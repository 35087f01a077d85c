using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>A call that lasts, and may outlive its first credential. Made by <see cref="OpenCalls"/>.</summary>
/// <param name="caller">Who calls.</param>
/// <param name="needed">Scope that the call needs as long as it lasts.</param>
/// <param name="name">The call's name for the audit log.</param>
internal sealed class OpenCall(Caller caller, Scope needed, string name) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private volatile Caller _caller = caller;
    private volatile RpcStatus? _problem;

    /// <summary>The caller, by the credential in force.</summary>
    public Caller Caller => _caller;

    /// <summary>Scope that the call needs.</summary>
    public Scope Needed => needed;

    /// <summary>The call's name for the audit log.</summary>
    public string Name => name;

    /// <summary>Is called once for each credential, some time before it expires, with the time that is left.</summary>
    public Action<TimeSpan>? Expiring { get; set; }

    /// <summary>Why the call was ended; null while it goes on.</summary>
    public RpcStatus? Problem => _problem;

    /// <summary>Cancelled when the call has lost its credential.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>End of the credential in force; null: it does not end. Guarded by <see cref="OpenCalls"/>.</summary>
    internal DateTimeOffset? Expires { get; set; }

    /// <summary>
    /// Time at which <see cref="Expiring"/> is due; null after it was called. Guarded by <see cref="OpenCalls"/>.
    /// </summary>
    internal DateTimeOffset? NoticeDue { get; set; }

    /// <summary>Puts another caller of the same tenant in place.</summary>
    internal void Replace(Caller other) => _caller = other;

    /// <summary>Notes why the call ends.</summary>
    internal void Refuse(RpcStatus problem) => _problem = problem;

    public void Dispose() => _ended.Dispose();

    /// <summary>Cancels the call's work, on another thread.</summary>
    internal void End()
    {
        try
        {
            _ = _ended.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The call has ended by itself meanwhile.
        }
    }
}

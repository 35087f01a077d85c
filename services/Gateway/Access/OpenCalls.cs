using Grpc.Core;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Telemetry;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Watches the calls that last (live sessions, searches for everything, uploads): ends those whose API key was revoked
/// at once, and those whose credential has expired after a grace. One timer looks at all calls; a change of API keys is
/// another reason to look. Safe for concurrent use.
/// </summary>
internal sealed class OpenCalls : IDisposable
{
    /// <summary>Time between two looks at all calls.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<OpenCall> _calls = [];
    private readonly ExpiryTimes _times;
    private readonly IApiKeyStore? _keys;
    private readonly CredentialLife _life;
    private readonly AuditLog _audit;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public OpenCalls(
        ExpiryTimes times, AuditLog audit, GatewayMetrics metrics, TimeProvider clock, IApiKeyStore? keys = null)
    {
        (_times, _audit, _metrics, _clock, _keys) = (times, audit, metrics, clock, keys);
        _life = new CredentialLife(keys);
        if (keys is not null)
        {
            keys.Changed += Changed;
        }

        _timer = clock.CreateTimer(_ => Look(), null, Period, Period);
    }

    /// <summary>Time after a credential's expiry at which its calls end.</summary>
    public TimeSpan Grace => _times.Grace;

    /// <summary>Calls that are watched now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Runs a call for as long as its caller has a credential.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="needed">Scope that the call needs.</param>
    /// <param name="name">The call's name for the audit log.</param>
    /// <param name="run">
    /// Runs the call. The token is cancelled when the caller leaves or has no credential any more.
    /// </param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="RpcException">UNAUTHENTICATED: the credential was revoked, or has expired.</exception>
    public async Task<T> RunAsync<T>(
        Caller caller,
        Scope needed,
        string name,
        Func<OpenCall, CancellationToken, Task<T>> run,
        CancellationToken cancellationToken)
    {
        using var call = new OpenCall(caller, needed, name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.Ended);
        var node = Add(call);
        try
        {
            return await run(call, stop.Token);
        }
        catch (Exception) when (call.Problem is not null && !cancellationToken.IsCancellationRequested)
        {
            throw call.Problem.ToRpcException();
        }
        finally
        {
            lock (_gate)
            {
                _calls.Remove(node);
            }
        }
    }

    /// <summary>Puts another credential of the same tenant in the place of a call's.</summary>
    /// <returns>False when the call was ended before.</returns>
    public bool TryRenew(OpenCall call, Principal principal)
    {
        lock (_gate)
        {
            if (call.Problem is not null)
            {
                return false;
            }

            call.Replace(call.Caller with { Principal = principal with { Tenant = call.Caller.Tenant } });
            Note(call, principal.Expires, _clock.GetUtcNow());
            return true;
        }
    }

    /// <summary>Time until a call's credential expires, at least zero; null when it does not.</summary>
    public TimeSpan? RemainingOf(OpenCall call)
    {
        lock (_gate)
        {
            return call.Expires is { } expires ? Left(expires, _clock.GetUtcNow()) : null;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        if (_keys is not null)
        {
            _keys.Changed -= Changed;
        }
    }

    private static TimeSpan Left(DateTimeOffset end, DateTimeOffset now) => end > now ? end - now : TimeSpan.Zero;

    private LinkedListNode<OpenCall> Add(OpenCall call)
    {
        lock (_gate)
        {
            Note(call, call.Caller.Principal.Expires, _clock.GetUtcNow());
            return _calls.AddLast(call);
        }
    }

    private void Changed(object? sender, EventArgs change) => Look();

    private void Look()
    {
        List<OpenCall>? ended = null;
        List<(OpenCall Call, TimeSpan Left)>? expiring = null;
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            foreach (var call in _calls.Where(call => call.Problem is null))
            {
                var expires = _life.ExpiryOf(call.Caller, call.Needed, out var problem);
                if (expires != call.Expires)
                {
                    Note(call, expires, now);
                }

                problem ??= expires + _times.Grace <= now ? AccessProblems.CredentialExpired(expires!.Value) : null;
                if (problem is not null)
                {
                    call.Refuse(problem);
                    (ended ??= []).Add(call);
                }
                else if (call.NoticeDue <= now && call.Expiring is not null)
                {
                    call.NoticeDue = null;
                    (expiring ??= []).Add((call, Left(expires!.Value, now)));
                }
            }
        }

        foreach (var (call, left) in expiring ?? [])
        {
            call.Expiring?.Invoke(left);
        }

        foreach (var call in ended ?? [])
        {
            _metrics.CallerRefused(call.Problem!);
            _audit.Write(call.Caller, AuditLog.StreamEnd, call.Name, call.Problem);
            call.End();
        }
    }

    private void Note(OpenCall call, DateTimeOffset? expires, DateTimeOffset now)
    {
        // A credential that lives shorter than the notice is announced late in its life, not at once: its client would
        // ask for another, just as short, without a pause.
        call.Expires = expires;
        call.NoticeDue = expires is { } end ? end - Shorter(_times.Notice, Left(end, now) / 3) : null;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>Times about the expiry of a call's credential.</summary>
/// <param name="Grace">Time after the expiry at which the call ends.</param>
/// <param name="Notice">Time before the expiry at which the client is told.</param>
internal sealed record ExpiryTimes(TimeSpan Grace, TimeSpan Notice);

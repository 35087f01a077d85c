using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Makes the intakes of requests, and ends waits for bytes that are too long. One timer looks at all waits: most are
/// over before it does, and need no timer of their own.
/// </summary>
internal sealed class IntakeRegistry : IDisposable
{
    /// <summary>Looks of the timer in one idle timeout, where that is more often than once a second.</summary>
    private const int Looks = 10;

    private readonly Lock _gate = new();
    private readonly UploadOptions _options;
    private readonly ITimer _timer;
    private RequestIntake? _first;

    public IntakeRegistry(UploadBudget budget, IOptions<UploadOptions> options, TimeProvider clock)
    {
        (Budget, Clock, _options) = (budget, clock, options.Value);
        var period = TimeSpan.FromTicks(Math.Min(_options.IdleTimeout.Ticks / Looks, TimeSpan.TicksPerSecond));
        _timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>Budget that all requests are charged to.</summary>
    public UploadBudget Budget { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Longest silence of a message that has begun.</summary>
    public TimeSpan IdleTimeout => _options.IdleTimeout;

    /// <summary>The intake of a request; the same each time.</summary>
    public RequestIntake Of(HttpContext context)
    {
        if (context.Features.Get<RequestIntake>() is { } known)
        {
            return known;
        }

        // A call of a method that does not exist has no caller: it is refused when its first bytes have been read.
        var tenant = context.Features.Get<Caller>()?.Tenant ?? Tenant.Default;
        var intake = new RequestIntake(this, tenant, context.Connection.Id);
        context.Features.Set(intake);
        context.Response.RegisterForDispose(intake);
        return intake;
    }

    /// <summary>The time that is left once bytes have come.</summary>
    public TimeSpan Extend(TimeSpan left, long bytes)
    {
        // Never more than at the beginning: whoever was fast for a while may not be silent for longer.
        var earned = TimeSpan.FromSeconds(bytes / (double)_options.MinBytesPerSecond);
        return left + earned < IdleTimeout ? left + earned : IdleTimeout;
    }

    /// <summary>The answer to a message that comes too slowly.</summary>
    /// <param name="waited">Time in which nothing has come.</param>
    public RpcStatus TooSlow(TimeSpan waited) => waited > IdleTimeout / 2
        ? Problem.Of(
            StatusCode.DeadlineExceeded,
            "UPLOAD_IDLE",
            $"Nothing arrived for {waited.TotalSeconds:0} s. Send it again.")
        : Problem.Of(
            StatusCode.DeadlineExceeded,
            "MESSAGE_TOO_SLOW",
            $"It arrived slower than {_options.MinBytesPerSecond} bytes a second for longer than "
                + $"{IdleTimeout.TotalSeconds:0} s make up for. Send it over a faster connection, or a smaller image.");

    public void Dispose() => _timer.Dispose();

    /// <summary>Adds a wait.</summary>
    internal void Watch(RequestIntake intake)
    {
        lock (_gate)
        {
            intake.Neighbours = (null, _first);
            if (_first is not null)
            {
                _first.Neighbours = (intake, _first.Neighbours.After);
            }

            _first = intake;
        }
    }

    /// <summary>Removes a wait. Its read is not cancelled from then on.</summary>
    internal void Unwatch(RequestIntake intake)
    {
        lock (_gate)
        {
            var (before, after) = intake.Neighbours;
            if (before is null && _first != intake)
            {
                return;
            }

            if (before is null)
            {
                _first = after;
            }
            else
            {
                before.Neighbours = (before.Neighbours.Before, after);
            }

            if (after is not null)
            {
                after.Neighbours = (before, after.Neighbours.After);
            }

            intake.Neighbours = (null, null);
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            List<RequestIntake>? expired = null;
            for (var intake = _first; intake is not null; intake = intake.Neighbours.After)
            {
                if (intake.Expire())
                {
                    expired ??= [];
                    expired.Add(intake);
                }
            }

            // Within the lock, so that no read of a later request on the same connection is cancelled.
            foreach (var intake in expired ?? [])
            {
                Unwatch(intake);
                intake.Cancel();
            }
        }
    }
}

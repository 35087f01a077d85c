using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Quotas;

namespace Segmentation.Gateway.Streaming;

/// <summary>Counts the live sessions of this gateway, all together and by tenant. Safe for concurrent use.</summary>
internal sealed class TenantSessions(
    IOptions<SessionOptions> sessions, IOptions<QuotaOptions> quotas, QuotaMetrics metrics)
{
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Live sessions of one tenant; 0: without a limit.</summary>
    public int Limit => quotas.Value.MaxSessions;

    /// <summary>Live sessions of a tenant now.</summary>
    public int Of(string tenant)
    {
        lock (_gate)
        {
            return _open.GetValueOrDefault(tenant);
        }
    }

    /// <summary>Counts a session that begins; <see cref="Close"/> must follow where nothing is returned.</summary>
    /// <returns>Null, or RESOURCE_EXHAUSTED when there are as many as allowed.</returns>
    public RpcStatus? Open(string tenant)
    {
        lock (_gate)
        {
            var ofTenant = _open.GetValueOrDefault(tenant);
            if (_all >= sessions.Value.MaxOpen)
            {
                return TooMany($"{sessions.Value.MaxOpen} live sessions are open already.");
            }

            if (Limit > 0 && ofTenant >= Limit)
            {
                metrics.Refused(QuotaMetrics.Sessions);
                return TooMany($"This tenant has {ofTenant} live sessions open, and may have {Limit}. Close one.");
            }

            _all++;
            _open[tenant] = ofTenant + 1;
            return null;
        }
    }

    /// <summary>Counts a session that has ended.</summary>
    public void Close(string tenant)
    {
        lock (_gate)
        {
            _all--;
            if (--_open[tenant] == 0)
            {
                _open.Remove(tenant);
            }
        }
    }

    private static RpcStatus TooMany(string why) => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "TOO_MANY_SESSIONS",
        $"{why} Try again after the delay in RetryInfo.",
        _retryAfter);
}

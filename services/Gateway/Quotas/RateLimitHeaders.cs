using System.Globalization;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Identity;

namespace Segmentation.Gateway.Quotas;

/// <summary>
/// Tells callers by HTTP what their quota is and what is left of it: <c>RateLimit-Policy</c> and <c>RateLimit</c> of
/// draft-ietf-httpapi-ratelimit-headers-10. gRPC calls have neither: their bytes would be a part of each click's answer,
/// and a refusal there carries RetryInfo.
/// </summary>
internal sealed class RateLimitHeaders(RequestDelegate next, WorkMeter meter)
{
    /// <summary>The quota's figures: units at once, and seconds in which as many come back.</summary>
    public const string Policy = "RateLimit-Policy";

    /// <summary>Units left, and seconds until there are more.</summary>
    public const string Limit = "RateLimit";

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!GrpcRequest.Is(context.Request) && context.Features.Get<Caller>() is { } caller && meter.TryAccount(caller, out _))
        {
            context.Response.OnStarting(() =>
            {
                Write(context.Response.Headers, caller);
                return Task.CompletedTask;
            });
        }

        return next(context);
    }

    private void Write(IHeaderDictionary headers, Caller caller)
    {
        if (meter.Look(caller) is not var (quota, state))
        {
            return;
        }

        var window = Math.Max(1, Math.Ceiling(quota.Burst / quota.UnitsPerSecond));
        headers[Policy] = Text($"\"units\";q={Math.Floor(quota.Burst):0};w={window:0}");

        // A refusal says when this request may come again; otherwise another unit is there after the time of one.
        var more = headers.RetryAfter is [{ } seconds]
            ? seconds
            : Text($"{Math.Max(1, Math.Ceiling(1 / quota.UnitsPerSecond)):0}");
        headers[Limit] = Text($"\"units\";r={Math.Floor(state.Available):0};t={more}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

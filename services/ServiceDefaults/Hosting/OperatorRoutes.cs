using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using Segmentation.ServiceDefaults.Telemetry;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Answers an operator's machines: health and metrics.</summary>
public static class OperatorRoutes
{
    private const string Live = "/healthz";
    private const string Ready = "/readyz";
    private const string Metrics = "/metrics";

    /// <summary>The paths of all of them.</summary>
    internal static readonly IReadOnlyList<string?> All = [Live, Ready, Metrics];

    /// <summary>
    /// Answers all requests to the operators' port, before any other stage: <c>/healthz</c> (the process lives, whatever
    /// becomes of others), <c>/readyz</c> (it should be sent work: all health checks with their descriptions; 503 when
    /// one of them is unhealthy, 200 when one is degraded) and, with <see cref="HostDefaults.AddServiceDefaults"/>,
    /// <c>/metrics</c>. No other port answers <c>/metrics</c>. Called before any other stage is added.
    /// </summary>
    /// <param name="app">The host.</param>
    public static WebApplication UseOperatorPort(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        // Made before anything that measures is: counters that count from zero are zero in the first scrape.
        var meters = app.Services.GetService<MeterProvider>();
        app.MapWhen(OperatorPort.Has, port =>
        {
            port.Use(Unmeasured);
            port.UseHealthChecks(Live, Report(_ => false));
            port.UseHealthChecks(Ready, Report(_ => true));
            if (meters is not null && app.Services.GetRequiredService<TelemetryOptions>().Prometheus)
            {
                port.UseOpenTelemetryPrometheusScrapingEndpoint(meters, null, Metrics, null, null);
            }

            port.Run(NothingElse);
        });
        return app;
    }

    /// <summary>
    /// Maps <c>/healthz</c> and <c>/readyz</c> for everybody: the status code, and one word, <c>Healthy</c>,
    /// <c>Degraded</c> or <c>Unhealthy</c>.
    /// </summary>
    /// <param name="routes">The host.</param>
    public static void MapHealthWords(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks(Live, new() { Predicate = _ => false }).DisableHttpMetrics().AllowAnonymous();
        routes.MapHealthChecks(Ready).DisableHttpMetrics().AllowAnonymous();
    }

    private static HealthCheckOptions Report(Func<HealthCheckRegistration, bool> checks) =>
        new() { Predicate = checks, ResponseWriter = HealthReports.WriteAsync };

    private static Task Unmeasured(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } measured)
        {
            measured.MetricsDisabled = true;
        }

        return next(context);
    }

    private static Task NothingElse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync(
            $"This is the operators' port: {string.Join(", ", All)}.\n", context.RequestAborted);
    }
}

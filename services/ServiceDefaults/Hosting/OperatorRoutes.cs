using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using Segmentation.ServiceDefaults.Telemetry;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Routes for an operator's machines: health and metrics.</summary>
public static class OperatorRoutes
{
    private const string Live = "/healthz";
    private const string Ready = "/readyz";
    private const string Metrics = "/metrics";

    /// <summary>The paths of all of them.</summary>
    internal static readonly IReadOnlyList<string?> All = [Live, Ready, Metrics];

    /// <summary>
    /// Maps <c>/healthz</c> (the process lives, whatever becomes of others), <c>/readyz</c> (it should be sent work:
    /// all health checks; 503 when one of them is unhealthy, 200 when one is degraded) and, with
    /// <see cref="HostDefaults.AddServiceDefaults"/>, <c>/metrics</c> on the HTTP/1.1 port.
    /// </summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapOperatorRoutes(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHealthChecks(Live, Reporting(_ => false)).DisableHttpMetrics().AllowAnonymous();
        app.MapHealthChecks(Ready, Reporting(_ => true)).DisableHttpMetrics().AllowAnonymous();

        // Made before anything that measures is: counters that count from zero are zero in the first scrape.
        if (app.Services.GetService<MeterProvider>() is { } meters
            && app.Services.GetRequiredService<TelemetryOptions>().Prometheus)
        {
            app.MapPrometheusScrapingEndpoint(Metrics, meters, NotOverHttp2, null).DisableHttpMetrics().AllowAnonymous();
        }

        return app;
    }

    private static HealthCheckOptions Reporting(Func<HealthCheckRegistration, bool> checks) =>
        new() { Predicate = checks, ResponseWriter = HealthReports.WriteAsync };

    // The port of gRPC, which speaks nothing else than HTTP/2, is open to clients.
    private static void NotOverHttp2(IApplicationBuilder scrape) => scrape.Use((context, next) =>
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });
}

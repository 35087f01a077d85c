using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Segmentation.ServiceDefaults.Hosting;
using Segmentation.ServiceDefaults.Telemetry;

namespace Segmentation.ServiceDefaults;

/// <summary>Defaults of every host of the system.</summary>
public static class HostDefaults
{
    /// <summary>OpenTelemetry's own name for the address that telemetry goes to.</summary>
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Every source and meter of the tiers is named segmentation.<tier>. The sources of the gRPC client and of the HTTP
    // client below it start spans for every call within a trace whether somebody listens or not: unheard, they would be
    // parents that nobody ever sees.
    private static readonly string[] _sources =
        ["segmentation.*", "Microsoft.Orleans.Application", RpcSpanNames.Source, "System.Net.Http"];

    private static readonly string[] _meters =
        ["segmentation.*", "Microsoft.Orleans", "System.Net.Http", "System.Runtime"];

    /// <summary>
    /// Traces and metrics of the tiers, of Orleans, ASP.NET Core and the runtime. Metrics can be scraped on the
    /// operators' port (<see cref="OperatorRoutes.UseOperatorPort"/>), unless <see cref="TelemetryOptions.Prometheus"/>
    /// is off. Traces, metrics and logs are exported by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other standard
    /// variables (<c>OTEL_SERVICE_NAME</c>, <c>OTEL_RESOURCE_ATTRIBUTES</c>, headers, protocol, sampler) hold too.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">Its name in telemetry, unless <c>OTEL_SERVICE_NAME</c> says another.</param>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(serviceName);
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new();
        builder.Services.AddSingleton(options);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing
                .AddSource(_sources)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsWork)
                .AddProcessor<RpcSpanNames>())
            .WithMetrics(metrics => Measure(metrics, options));
        if (!string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]))
        {
            telemetry.WithLogging(null, logs => logs.IncludeFormattedMessage = true).UseOtlpExporter();
        }

        return builder;
    }

    private static void Measure(MeterProviderBuilder metrics, TelemetryOptions options)
    {
        metrics.AddMeter(_meters).AddAspNetCoreInstrumentation();
        if (options.Prometheus)
        {
            // Names of metrics say which meter they are of.
            metrics.AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false);
        }
    }

    /// <summary>Tells a client's request from an operator's probe, which comes every few seconds.</summary>
    private static bool IsWork(HttpContext context) =>
        !OperatorPort.Has(context)
        && !OperatorRoutes.All.Contains(context.Request.Path.Value)
        && !context.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);
}

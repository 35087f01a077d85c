using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Segmentation.ServiceDefaults;

/// <summary>What every host of the system does alike.</summary>
public static class HostDefaults
{
    /// <summary>OpenTelemetry's own name for the address that telemetry goes to.</summary>
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Every source and meter of the tiers is named segmentation.<tier>; Orleans' and ASP.NET Core's come beside them,
    // so that one trace goes from the edge through the grain to the worker.
    private static readonly string[] _sources = ["segmentation.*", "Microsoft.Orleans.*"];
    private static readonly string[] _meters = ["segmentation.*", "Microsoft.Orleans"];

    /// <summary>
    /// Traces and metrics of the tiers, of Orleans and of ASP.NET Core. They are exported by OTLP when
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other standard variables (<c>OTEL_SERVICE_NAME</c>,
    /// <c>OTEL_RESOURCE_ATTRIBUTES</c>, headers, protocol, sampler) hold too.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">Its name in telemetry, unless <c>OTEL_SERVICE_NAME</c> says another.</param>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(serviceName);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName).AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource(_sources).AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(_meters).AddAspNetCoreInstrumentation());
        if (!string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]))
        {
            telemetry.UseOtlpExporter();
        }

        return builder;
    }
}

using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Models;
using Segmentation.Protocol.ExternalScaling;

namespace Segmentation.Gateway.Scaling;

/// <summary>
/// externalscaler.ExternalScaler, KEDA's contract (keda.sh/docs/latest/concepts/external-scalers). Only the scaler's
/// port answers, whose callers are known by their certificate or let in by the network; nothing else maps these
/// methods.
/// </summary>
internal sealed class ExternalScalerEndpoint(SharedWork work, ServedModels models, IOptions<ScalingOptions> options)
    : ExternalScaler.ExternalScalerBase
{
    /// <summary>
    /// Name of the metric: seconds of work that wait for encoders or are with them, over all gateways.
    /// </summary>
    public const string Metric = "encoder-work-seconds";

    [Needs(Scope.Admin)]
    public override Task<IsActiveResponse> IsActive(ScaledObjectRef request, ServerCallContext context)
    {
        var isActive = work.IsActive(TargetOf(request).Model) ?? throw Unknown();
        return Task.FromResult(new IsActiveResponse { Result = isActive });
    }

    [Needs(Scope.Admin)]
    public override async Task StreamIsActive(
        ScaledObjectRef request, IServerStreamWriter<IsActiveResponse> responseStream, ServerCallContext context)
    {
        var model = TargetOf(request).Model;
        for (bool? said = null; ;)
        {
            // Asked for before the state is read: a change in between is not missed.
            var change = work.NextChangeAsync();
            if (work.IsActive(model) is { } isActive && isActive != said)
            {
                await responseStream.WriteAsync(new() { Result = isActive }, context.CancellationToken);
                said = isActive;
            }

            await change.WaitAsync(context.CancellationToken);
        }
    }

    [Needs(Scope.Admin)]
    public override Task<GetMetricSpecResponse> GetMetricSpec(ScaledObjectRef request, ServerCallContext context)
    {
        var seconds = TargetOf(request).SecondsPerEncoder;
        var spec = new MetricSpec
        {
            MetricName = Metric,
            TargetSize = (long)Math.Ceiling(seconds),
            TargetSizeFloat = seconds,
        };
        return Task.FromResult(new GetMetricSpecResponse { MetricSpecs = { spec } });
    }

    [Needs(Scope.Admin)]
    public override Task<GetMetricsResponse> GetMetrics(GetMetricsRequest request, ServerCallContext context)
    {
        if (request.MetricName != Metric)
        {
            throw Problem.Invalid(
                "metricName", $"{ClientText.Quote(request.MetricName)} is not measured here: ask for {Metric}.").ToRpcException();
        }

        var seconds = work.SecondsOf(TargetOf(request.ScaledObjectRef).Model) ?? throw Unknown();
        var value = new MetricValue
        {
            MetricName = Metric,
            MetricValue_ = (long)Math.Ceiling(seconds),
            MetricValueFloat = seconds,
        };
        return Task.FromResult(new GetMetricsResponse { MetricValues = { value } });
    }

    private static RpcException Unknown() => Problem.Of(
        StatusCode.Unavailable,
        "WORK_UNKNOWN",
        "The work of the other gateways is not known, since Redis (Segmentation:Redis:Cluster) does not answer this one.")
        .ToRpcException();

    private ScalerTarget TargetOf(ScaledObjectRef? scaled) => ScalerTarget.Of(scaled, models, options.Value).OrThrow();
}

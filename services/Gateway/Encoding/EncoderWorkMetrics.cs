using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Telemetry;
using Segmentation.Models;

namespace Segmentation.Gateway.Encoding;

/// <summary>Metrics of the work for encoders, of the gateway's meter, by model.</summary>
internal sealed class EncoderWorkMetrics(
    IMeterFactory meters, EncoderWork work, EncoderStart start, IOptions<EncodersOptions> options, ServedModels? models = null)
{
    private readonly Meter _meter = meters.Create(GatewayMetrics.Name);

    /// <summary>Reports the work of every model, and the images that wait for an encoder that is started.</summary>
    public void Observe()
    {
        _meter.CreateObservableUpDownCounter(
            "segmentation.gateway.encoder.work",
            () => Measure(model => work.TotalOf(model.Digest, EncoderWork.Assumed).TotalSeconds),
            "s",
            "Time that one encoder needs for the images that this gateway has for it, by model.");
        _meter.CreateObservableUpDownCounter(
            "segmentation.gateway.encoder.starting",
            () => start.Waiting,
            "{image}",
            "Images that wait for an encoder that is being started.");
        _meter.CreateObservableUpDownCounter(
            "segmentation.gateway.encoder.start.timeout",
            () => options.Value.StartTimeout.TotalSeconds,
            "s",
            "Longest wait of an image for an encoder that is being started; 0 where nothing starts encoders.");
    }

    private IEnumerable<Measurement<double>> Measure(Func<ModelPackage, double> value) =>
        (models?.All ?? []).Select(
            model => new Measurement<double>(value(model), new KeyValuePair<string, object?>("model", model.Id)));
}

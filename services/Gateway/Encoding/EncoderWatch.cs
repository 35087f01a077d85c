using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Telemetry;
using Segmentation.Models;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Connects to the encoders when the host starts, not with the first upload, and says when none is in reach: in the
/// log, in <c>/readyz</c> and as a gauge.
/// </summary>
internal sealed class EncoderWatch : BackgroundService, IHealthCheck
{
    /// <summary>The answer of <c>/readyz</c>.</summary>
    internal const string Lost = "no encoder in reach: uploads fail, prompts on known pictures go on";

    /// <summary>The answer of <c>/readyz</c> where encoders are started when images wait.</summary>
    internal const string None = "no encoder in reach: one is started when an image waits";

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly EncoderChannel _channel;
    private readonly EncoderAvailability _reach;
    private readonly EncoderModels _models;
    private readonly IReadOnlyList<ModelPackage> _served;
    private readonly OutageLog _outage;
    private readonly EncodersOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    public EncoderWatch(
        EncoderChannel channel,
        EncoderAvailability reach,
        EncoderModels models,
        GatewayMetrics metrics,
        EncoderWorkMetrics workMetrics,
        IOptions<EncodersOptions> options,
        TimeProvider clock,
        ILogger<EncoderWatch> logger,
        ServedModels? served = null)
    {
        (_channel, _reach, _models, _options, _clock, _logger) =
            (channel, reach, models, options.Value, clock, logger);
        _served = served?.All ?? [];
        _outage = new OutageLog(clock);
        metrics.ObserveEncoders(() => reach.Count);
        workMetrics.Observe();
    }

    /// <summary>Degraded without encoders: everything but uploads works.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_reach.Count switch
        {
            // An idle deployment has no encoders where some are started for waiting images.
            0 when _options.StartTimeout > TimeSpan.Zero => HealthCheckResult.Healthy(None),
            0 => HealthCheckResult.Degraded($"{Lost} ({_reach.Reason})"),
            1 => OfModels("1 encoder."),
            var encoders => OfModels($"{encoders} encoders."),
        });

    /// <summary>
    /// Degraded while no encoder serves one of the models, unless one is started when an image waits.
    /// </summary>
    private HealthCheckResult OfModels(string encoders)
    {
        if (_served.Count == 0)
        {
            return HealthCheckResult.Healthy(encoders);
        }

        var counts = _served.ToDictionary(
            model => model.Id, model => _models.CountOf(EncoderModels.NameOf(model.Digest, model.PreprocessingVersion)));
        var details = counts.ToDictionary(one => one.Key, one => (object)one.Value);
        var without = string.Join(", ", counts.Where(one => one.Value == 0).Select(one => one.Key));
        return without.Length == 0 || _options.StartTimeout > TimeSpan.Zero
            ? HealthCheckResult.Healthy(encoders, details)
            : HealthCheckResult.Degraded(
                $"no encoder in reach serves {without}: uploads for it fail, prompts on known pictures go on",
                data: details);
    }

    /// <summary>Says what has changed since it was last called.</summary>
    internal void Look()
    {
        switch (_outage.Next(isAway: _reach.Count == 0))
        {
            case OutageNews.Away when _options.StartTimeout > TimeSpan.Zero:
                EncodingLog.NoneRuns(_logger, _options.Address, _reach.Reason, _options.LongestWait.TotalSeconds);
                break;
            case OutageNews.Away:
                EncodingLog.OutOfReach(_logger, _options.Address, _reach.Reason, _options.ReadyTimeout.TotalSeconds);
                break;
            case OutageNews.Back:
                EncodingLog.InReach(_logger, _reach.Count);
                break;
            case OutageNews.None:
                break;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, _clock);
        try
        {
            // From here on the channel connects again whenever it loses an encoder.
            await _channel.ReadyAsync(_options.ReadyTimeout, stoppingToken);
            do
            {
                Look();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }
}

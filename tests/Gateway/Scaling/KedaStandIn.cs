using System.Collections.Concurrent;
using Grpc.Core;
using Segmentation.Protocol.ExternalScaling;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Does what KEDA does for a ScaledObject with an <c>external-push</c> trigger: from 0 to 1 when the scaler says that
/// there is work, between 1 and the most as a HorizontalPodAutoscaler computes it from the metric, and to 0 when there
/// was no work for the cooldown.
/// </summary>
internal sealed class KedaStandIn : IAsyncDisposable
{
    private static readonly TimeSpan _polling = TimeSpan.FromMilliseconds(100);

    private readonly ExternalScaler.ExternalScalerClient _scaler;
    private readonly ScaledObjectRef _scaled;
    private readonly int _most;
    private readonly TimeSpan _cooldown;
    private readonly Func<int, Task> _scale;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Task _running;
    private readonly ConcurrentQueue<int> _history = new([0]);

    /// <summary>Starts at 0 replicas.</summary>
    /// <param name="channel">The scaler's port.</param>
    /// <param name="metadata">Metadata of the trigger.</param>
    /// <param name="most">Most replicas.</param>
    /// <param name="cooldown">Time without work after which there are 0.</param>
    /// <param name="scale">Starts and stops replicas until there are so many.</param>
    public KedaStandIn(
        ChannelBase channel,
        IReadOnlyDictionary<string, string> metadata,
        int most,
        TimeSpan cooldown,
        Func<int, Task> scale)
    {
        (_scaler, _most, _cooldown, _scale) = (new(channel), most, cooldown, scale);
        _scaled = new ScaledObjectRef { Name = "encoder", Namespace = "default" };
        _scaled.ScalerMetadata.Add(metadata.ToDictionary(pair => pair.Key, pair => pair.Value));
        _running = Task.WhenAll(ListenAsync(), PollAsync());
    }

    /// <summary>Numbers of replicas since the start, 0 first.</summary>
    public IReadOnlyList<int> History => [.. _history];

    /// <summary>Replicas now.</summary>
    public int Replicas => _history.Last();

    /// <summary>Waits until there are so many replicas, or the scaler fails.</summary>
    public async Task ReachAsync(int replicas, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Replicas != replicas)
        {
            if (_running.IsCompleted)
            {
                await _running;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // Told to stop.
        }

        _stop.Dispose();
        _one.Dispose();
    }

    private async Task ListenAsync()
    {
        using var call = _scaler.StreamIsActive(_scaled, cancellationToken: _stop.Token);
        await foreach (var answer in call.ResponseStream.ReadAllAsync(_stop.Token))
        {
            if (answer.Result && Replicas == 0)
            {
                await ScaleAsync(now => Math.Max(now, 1));
            }
        }
    }

    private async Task PollAsync()
    {
        var spec = (await _scaler.GetMetricSpecAsync(_scaled, cancellationToken: _stop.Token)).MetricSpecs.Single();
        var request = new GetMetricsRequest { ScaledObjectRef = _scaled, MetricName = spec.MetricName };
        using var timer = new PeriodicTimer(_polling);
        var idle = TimeSpan.Zero;
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            var isActive = (await _scaler.IsActiveAsync(_scaled, cancellationToken: _stop.Token)).Result;
            idle = isActive ? TimeSpan.Zero : idle + _polling;
            if (idle > _cooldown)
            {
                await ScaleAsync(_ => 0);
            }
            else if (Replicas > 0)
            {
                var value = (await _scaler.GetMetricsAsync(request, cancellationToken: _stop.Token)).MetricValues.Single();
                var desired = (int)Math.Ceiling(value.MetricValueFloat / spec.TargetSizeFloat);
                await ScaleAsync(now => now == 0 ? 0 : Math.Clamp(desired, 1, _most));
            }
            else if (isActive)
            {
                await ScaleAsync(now => Math.Max(now, 1));
            }
        }
    }

    private async Task ScaleAsync(Func<int, int> next)
    {
        await _one.WaitAsync(_stop.Token);
        try
        {
            var replicas = next(Replicas);
            if (replicas != Replicas)
            {
                await _scale(replicas);
                _history.Enqueue(replicas);
            }
        }
        finally
        {
            _one.Release();
        }
    }
}

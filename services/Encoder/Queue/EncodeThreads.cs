using Microsoft.Extensions.Options;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Telemetry;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// The tier's threads: some read images, some encode them. They are not the pool's: a run takes its core for hundreds
/// of milliseconds, and requests must be answered meanwhile.
/// </summary>
internal sealed class EncodeThreads : IHostedService
{
    private readonly EncodeQueue _queue;
    private readonly PrefetchBuffer _prefetched;
    private readonly ReadWorker _reader;
    private readonly EncodeWorker _encoder;
    private readonly EncoderOptions _options;
    private List<Task> _readers = [];
    private List<Task> _encoders = [];

    public EncodeThreads(
        EncodeQueue queue,
        PrefetchBuffer prefetched,
        ReadBudget reads,
        ReadWorker reader,
        EncodeWorker encoder,
        IOptions<EncoderOptions> options,
        EncoderMetrics metrics)
    {
        (_queue, _prefetched, _reader, _encoder) = (queue, prefetched, reader, encoder);
        _options = options.Value;
        metrics.ObserveQueue(() => queue.Length + prefetched.Length);
        metrics.ObserveReading(() => reads.Held);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _readers = Start("read", _options.PrepareWorkers, _reader.Run);
        _encoders = Start("encode", _options.Workers, _encoder.Run);
        return Task.CompletedTask;
    }

    /// <summary>Refuses what waits, finishes what has begun.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        await Task.WhenAll(_readers).WaitAsync(cancellationToken);
        _prefetched.Close();
        await Task.WhenAll(_encoders).WaitAsync(cancellationToken);
    }

    private static List<Task> Start(string name, int count, Action run) =>
        [.. Enumerable.Range(0, count).Select(i => Start($"{name}-{i}", run))];

    private static Task Start(string name, Action run)
    {
        var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            run();
            exit.SetResult();
        });
        (thread.IsBackground, thread.Name) = (true, name);
        thread.Start();
        return exit.Task;
    }
}

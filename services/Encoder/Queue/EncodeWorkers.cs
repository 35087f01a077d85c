using Microsoft.Extensions.Options;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// The tier's threads: some read images, some encode them. They are not the pool's: a run takes its core for hundreds
/// of milliseconds, and requests must be answered meanwhile.
/// </summary>
internal sealed class EncodeWorkers(
    EncodeQueue queue,
    ReadAhead ahead,
    Preparation preparation,
    BatchEncoding encoding,
    IOptions<EncoderOptions> options) : IHostedService
{
    private List<Task> _readers = [];
    private List<Task> _encoders = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _readers = Start("read", options.Value.PrepareWorkers, preparation.Run);
        _encoders = Start("encode", options.Value.Workers, encoding.Run);
        return Task.CompletedTask;
    }

    /// <summary>Refuses what waits, finishes what has begun.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        await Task.WhenAll(_readers).WaitAsync(cancellationToken);
        ahead.Close();
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

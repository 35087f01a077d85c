using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Encoder.Pipeline;
using Segmentation.Sam;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// The threads that encode. They are not the pool's: a run takes its core for hundreds of milliseconds, and requests
/// must be answered meanwhile.
/// </summary>
internal sealed class EncodeWorkers : IHostedService
{
    private readonly EncodeQueue _queue;
    private readonly IImagePipeline _pipeline;
    private readonly EncoderMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<EncodeWorkers> _logger;
    private readonly List<Task> _exits = [];
    private readonly int _count;

    public EncodeWorkers(
        EncodeQueue queue,
        IImagePipeline pipeline,
        EncoderMetrics metrics,
        TimeProvider time,
        IOptions<EncoderOptions> options,
        ILogger<EncodeWorkers> logger)
    {
        _queue = queue;
        _pipeline = pipeline;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _count = options.Value.Workers;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < _count; i++)
        {
            var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _exits.Add(exit.Task);
            new Thread(() => Work(exit)) { IsBackground = true, Name = $"encode-{i}" }.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>Refuses what waits, finishes what runs.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Close();
        return Task.WhenAll(_exits).WaitAsync(cancellationToken);
    }

    private void Work(TaskCompletionSource exit)
    {
        var values = new float[ImageEncoder.EmbeddingLength];
        while (_queue.Take() is { } work)
        {
            Run(work, values);
        }

        exit.SetResult();
    }

    private void Run(EncodeWork work, float[] values)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("encode image", ActivityKind.Internal, work.Parent);
        var start = _time.GetTimestamp();
        try
        {
            // Work that has begun is finished even when nobody waits any more: the next upload then finds it.
            var image = _pipeline.Read(work.File, CancellationToken.None);
            _pipeline.Encode([image], values, CancellationToken.None);
            var info = new EmbeddingInfo(
                image.Geometry.Width, image.Geometry.Height, work.File.Length, image.MediaType);
            var embedding = Embedding.FromSingle(info, values);
            var duration = _time.GetElapsedTime(start);
            _queue.Learn(duration);
            _metrics.Encoded(duration);
            work.Complete(embedding, duration);
        }
        catch (ImageException error)
        {
            work.Fail(error);
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error);
            EncoderLog.EncodingFailed(_logger, error);
            work.Fail(error);
        }
    }
}

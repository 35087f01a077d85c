using System.Globalization;
using Microsoft.Extensions.Options;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Telemetry;
using Segmentation.Masks;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Parity;

/// <summary>
/// Runs every batch size that will be served once, for every model, before the host listens, and lets it listen only
/// when a known image and prompt give the known mask: some providers compute wrong masks in 16 bits without any error.
/// The prompt is decoded on the CPU, as silos do, so that what is judged is the encoder.
/// </summary>
internal sealed class StartupSelfTest(
    ServedModels models,
    OpenModels encoders,
    IOptions<EncoderOptions> options,
    TimeProvider clock,
    ILogger<StartupSelfTest> logger) : IHostedService
{
    /// <summary>Least IoU with the known mask; 16-bit embeddings of the same graph are above 0.999.</summary>
    public const double LeastIoU = 0.98;

    private static readonly RuntimeOptions _cpu = new() { IntraOpThreads = Environment.ProcessorCount };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var encoder in encoders.All)
        {
            var model = models.Find(encoder.Identity.Digest, encoder.Identity.Preprocessing)!;
            var worst = Test(model, encoder, cancellationToken);
            EncoderLog.Parity(logger, model.Id, options.Value.Provider, encoder.MaxBatchSize, worst);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private double Test(ModelPackage model, EncoderModel encoder, CancellationToken cancellationToken)
    {
        var length = model.EmbeddingLength;
        var image = encoder.Pipeline.Read(KnownMask.ReadImage(), betweenRows: null, cancellationToken);
        using var segmenter = new Segmenter(model, _cpu);
        var expected = KnownMask.Of(model.Id) ?? OnCpu(model, segmenter, image, cancellationToken);
        var worst = 1.0;
        for (var size = 1; size <= encoder.MaxBatchSize; size++)
        {
            ModelImage[] batch = [.. Enumerable.Repeat(image, size)];
            var embeddings = new float[size * length];
            var start = clock.GetTimestamp();
            encoder.Pipeline.Encode(batch, embeddings, cancellationToken);
            encoder.Begin(clock.GetElapsedTime(start) / size);
            var last = embeddings.AsMemory((size - 1) * length);
            var found = Decode(segmenter, last, image, cancellationToken).IoU(expected);
            Check(model, found, size);
            worst = Math.Min(worst, found);
        }

        return worst;
    }

    private void Check(ModelPackage model, double found, int batchSize)
    {
        if (!(found >= LeastIoU))
        {
            throw new ParityException(string.Create(
                CultureInfo.InvariantCulture,
                $"Model {model.Id} gives wrong masks on provider {options.Value.Provider}: IoU with the known mask is "
                    + $"{found:0.0000} in batches of {batchSize}, expected at least {LeastIoU}. Use another provider."));
        }
    }

    private static RunLengths OnCpu(
        ModelPackage model, Segmenter segmenter, ModelImage image, CancellationToken cancellationToken)
    {
        using var encoder = new ImageEncoder(model, _cpu);
        var embedding = new float[model.EmbeddingLength];
        encoder.Encode([image], embedding, cancellationToken);
        return Decode(segmenter, embedding, image, cancellationToken);
    }

    private static RunLengths Decode(
        Segmenter segmenter, Memory<float> embedding, ModelImage image, CancellationToken cancellationToken)
    {
        var prepared = segmenter.Prepare(embedding, image.Geometry, cancellationToken);
        var options = new SegmentOptions { MaskCount = MaskCount.One };
        var masks = segmenter.Segment(
            prepared, [KnownMask.Prompt], options, segmenter.CreateWorkspace(), cancellationToken);
        return masks[0][0].RunLengths;
    }
}

/// <summary>The model does not give the known mask here. The message names the provider and both figures.</summary>
internal sealed class ParityException(string message) : Exception(message);

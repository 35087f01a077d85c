using System.Diagnostics;
using Segmentation.LoadTests.Reporting;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Encoders;

/// <summary>Measures an encoder on an execution provider.</summary>
/// <param name="options">Options of the encoder.</param>
/// <param name="batches">Images in a run; each is measured.</param>
/// <param name="length">Length of a measurement.</param>
internal sealed class EncoderRun(RuntimeOptions options, IReadOnlyList<int> batches, TimeSpan length)
{
    /// <summary>Least number of runs of a measurement, and of those before it.</summary>
    private const int LeastRuns = 3;

    /// <summary>Largest loss of masks that is good enough, as the encoder's own test at its start allows.</summary>
    private const double LossBound = 0.02;

    private static readonly string[] _photographs = ["coffee.png", "astronaut.png"];

    /// <summary>Measures a model in a precision: rows for each batch, and for its masks.</summary>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    public IEnumerable<Measurement> Measure(
        ModelPackage model, EncoderPrecision precision, CancellationToken cancellationToken)
    {
        ModelImage[] images = [.. _photographs.Select(name => Read(name, model.Layout.Resizing, cancellationToken))];
        var name = $"{model.Id}, {precision}, {options.Provider}";
        var before = TakenBytes();
        var rows = new List<Measurement>();
        if (options.CudaGraph)
        {
            // A graph has one batch size, so each size has an encoder.
            foreach (var batch in batches)
            {
                using var encoder = Open(model, precision, batch);
                rows.AddRange(Time(encoder, model, images, batch, $"{name}, CUDA graph", cancellationToken));
            }
        }

        using (var encoder = Open(model, precision, graphBatch: 1))
        {
            if (!options.CudaGraph)
            {
                rows.AddRange(batches.SelectMany(
                    batch => Time(encoder, model, images, batch, name, cancellationToken)));
            }

            var loss = new MaskAgreement(model).LossOf(encoder, images, cancellationToken);
            rows.Add(Measurement.Of($"{name}: masks, 1 - IoU with the CPU's", "mean IoU", loss)
                with
            { Measured = loss.Average(), Bound = LossBound });
            if (before is { } taken)
            {
                rows.Add(Measurement.Of($"{name}: memory of the device", "MB", [(TakenBytes()!.Value - taken) / 1e6]));
            }
        }

        return rows;
    }

    private static ModelImage Read(string name, Resizing resizing, CancellationToken cancellationToken)
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "photographs", name));
        return ImageReader.ReadForModel(file, ImageLimits.Default, resizing, cancellationToken);
    }

    private IEnumerable<Measurement> Time(
        ImageEncoder encoder,
        ModelPackage model,
        ModelImage[] images,
        int batch,
        string name,
        CancellationToken cancellationToken)
    {
        ModelImage[] pictures = [.. Enumerable.Range(0, batch).Select(i => images[i % images.Length])];
        var embeddings = new float[batch * model.EmbeddingLength];
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        for (var run = -LeastRuns; run < LeastRuns || Stopwatch.GetElapsedTime(start) < length; run++)
        {
            if (run == 0)
            {
                start = Stopwatch.GetTimestamp();
            }

            var began = Stopwatch.GetTimestamp();
            encoder.Encode(pictures, embeddings, cancellationToken);
            if (run >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        double At(double quantile) => times.Order().ElementAt((int)(quantile * (times.Count - 1)));
        double[] rates = [.. times.Select(time => batch * 1000 / time)];
        yield return Measurement.Of($"{name}, batch {batch}: images", "1/s", rates)
            with
        { Measured = batch * 1000 * times.Count / times.Sum() };
        yield return Measurement.Of($"{name}, batch {batch}: p50 of a run", "ms", [At(0.5)]);
        yield return Measurement.Of($"{name}, batch {batch}: p99 of a run", "ms", [At(0.99)]);
    }

    private ImageEncoder Open(ModelPackage model, EncoderPrecision precision, int graphBatch) =>
        new(model, options with { EncoderPrecision = precision, GraphBatch = graphBatch });

    // Of all processes: on a machine that does nothing else, the difference is this one's.
    private long? TakenBytes()
    {
        if (options.Provider == ExecutionProvider.Cpu)
        {
            return null;
        }

        return GpuLibraries.Missing(options.Provider, options.DeviceId) is null
            ? CudaRuntime.Instance.TakenBytes(options.DeviceId)
            : null;
    }
}

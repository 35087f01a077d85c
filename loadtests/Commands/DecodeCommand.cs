using System.CommandLine;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Published;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Commands;

/// <summary>One click, our decode against the published decoder, both bare, one thread each.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        var images = Photographs.Option();
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 60, Description = "Counted runs of each." };
        var bound = Report.BoundOption("ratio");
        return MeasuringCommand.Create(
            "decode",
            "One click: our decode against the published decoder, one thread each.",
            [images, runs, bound],
            async (parsed, cancellationToken) =>
            {
                return await MeasureAsync(
                    parsed.GetRequiredValue(images),
                    parsed.GetValue(runs),
                    parsed.GetValue(bound) ?? 0.33,
                    cancellationToken);
            });
    }

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IEnumerable<FileInfo> images, int runs, double bound, CancellationToken cancellationToken)
    {
        var folder = await PublishedGraphs.FetchAsync(cancellationToken).ConfigureAwait(false);
        var model = ModelCatalog.Default.Open();
        var options = new RuntimeOptions { IntraOpThreads = 1 };
        using var published = new PublishedModel(
            Path.Combine(folder, "encoder.onnx"), Path.Combine(folder, "sam.onnx"), options);
        using var encoder = new ImageEncoder(model.EncoderPath, options);
        using var segmenter = new Segmenter(model, options);
        var decoder = segmenter.Decoder;
        var rows = new List<Measurement>();

        // Projections of 21 MB, computed again and again, disturb the memory of measurements that follow.
        var atLast = new List<Func<IEnumerable<Measurement>>>();
        foreach (var file in images)
        {
            var image = ImageReader.ReadForModel(
                await File.ReadAllBytesAsync(file.FullName, cancellationToken).ConfigureAwait(false),
                ImageLimits.Default,
                cancellationToken);
            var embedding = new float[encoder.EmbeddingLength];
            encoder.Encode([image], embedding, cancellationToken);
            var prepared = decoder.Prepare(embedding, image.Geometry, new YieldPoint(null, cancellationToken));
            var prompt = new Prompt
            {
                Points = [new(image.Geometry.Width / 2f, image.Geometry.Height / 2f, PointLabel.Foreground)],
            };
            var batch = new DecodeBatch(image.Geometry, [prompt], multimask: true, wholeSquare: false);
            var logits = new float[batch.LogitsLength];
            var predictedIou = new float[4];
            var publishedLogits = new float[ImageGeometry.LowResSide * ImageGeometry.LowResSide];
            var workspace = segmenter.CreateWorkspace();
            var options3 = new SegmentOptions { MaskCount = MaskCount.Three };
            var name = $"decode of {file.Name}";
            rows.AddRange(SideBySide.Rows(name, SideBySide.Run(5, runs,
                () => decoder.Decode(prepared, batch, logits, predictedIou, workspace, cancellationToken),
                () => published.Decode(embedding, image.Geometry, prompt, publishedLogits)), bound));
            rows.AddRange(SideBySide.Rows($"{name} with masks", SideBySide.Run(5, runs,
                () => segmenter.Segment(prepared, [prompt], options3, workspace, cancellationToken),
                () => published.Decode(embedding, image.Geometry, prompt, publishedLogits)), null));
            atLast.Add(() =>
            {
                var withProjections = new DecodeBatch(image.Geometry, [prompt], multimask: true, wholeSquare: false)
                {
                    ImageProjections = decoder.PrecomputeProjections(prepared, new(null, cancellationToken)),
                };
                return ProjectionRows(name, SideBySide.Run(5, runs,
                [
                    () => decoder.Decode(prepared, batch, logits, predictedIou, workspace, cancellationToken),
                    () => decoder.Decode(
                        prepared, withProjections, logits, predictedIou, workspace, cancellationToken),
                    () => decoder.PrecomputeProjections(prepared, new(null, cancellationToken)),
                ]));
            });
        }

        rows.AddRange(atLast.SelectMany(measure => measure()));
        return rows;
    }

    // A click on an image with projections, and their computation, against a click without.
    private static IEnumerable<Measurement> ProjectionRows(string name, double[][] times)
    {
        var without = Measurement.Of(name, "ms", times[0]);
        foreach (var (what, own) in new[] { ("with image projections", times[1]), ("computing them", times[2]) })
        {
            var pairs = own.Zip(times[0], (a, b) => a / b).ToArray();
            yield return Measurement.Of($"{name}, {what} / without", "ratio", pairs)
                with
            { Measured = Measurement.Of(what, "ms", own).Measured / without.Measured };
        }
    }
}

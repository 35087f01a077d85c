using System.CommandLine;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Published;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Commands;

/// <summary>One image, our encoder against the published one, both bare, one thread each.</summary>
internal static class EncodeCommand
{
    public static Command Create()
    {
        var images = Photographs.Option();
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 7, Description = "Counted runs of each." };
        var bound = Report.BoundOption("ratio");
        return MeasuringCommand.Create(
            "encode",
            "One image: our encoder against the published encoder, one thread each.",
            [images, runs, bound],
            async (parsed, cancellationToken) =>
            {
                return await MeasureAsync(
                    parsed.GetRequiredValue(images),
                    parsed.GetValue(runs),
                    parsed.GetValue(bound) ?? 0.75,
                    cancellationToken);
            });
    }

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IEnumerable<FileInfo> images, int runs, double bound, CancellationToken cancellationToken)
    {
        var folder = await PublishedGraphs.FetchAsync(cancellationToken).ConfigureAwait(false);
        var options = new RuntimeOptions { IntraOpThreads = 1 };
        using var published = new PublishedModel(
            Path.Combine(folder, "encoder.onnx"), Path.Combine(folder, "sam.onnx"), options);
        var graph = ModelCatalog.Default.Open().EncoderPath;
        using var encoder = new ImageEncoder(graph, options);
        using var inInt8 = new ImageEncoder(graph, options with { EncoderPrecision = EncoderPrecision.Int8 });
        var embedding = new float[encoder.EmbeddingLength];
        var names = new List<string>();
        var actions = new List<Action>();
        foreach (var file in images)
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken).ConfigureAwait(false);
            var image = ImageReader.ReadForModel(bytes, ImageLimits.Default, cancellationToken);
            var normalised = PublishedModel.Normalise(image);
            names.Add(file.Name);
            actions.Add(() => encoder.Encode([image], embedding, cancellationToken));
            actions.Add(() => inInt8.Encode([image], embedding, cancellationToken));
            actions.Add(() => published.Encode(normalised, embedding));
        }

        // Images take turns too: what the machine does for half a minute then meets some runs of each, not all of one.
        var times = SideBySide.Run(1, runs, actions);
        var rows = new List<Measurement>();
        foreach (var (i, name) in names.Index())
        {
            var (ours, ours8, theirs) = (times[3 * i], times[3 * i + 1], times[3 * i + 2]);
            rows.AddRange(SideBySide.Rows($"encode of {name}", (ours, theirs), bound));
            rows.Add(SideBySide.Rows($"encode of {name} in 8 bits", (ours8, theirs), bound).Last());
        }

        return rows;
    }
}

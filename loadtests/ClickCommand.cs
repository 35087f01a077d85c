using System.CommandLine;
using Google.Protobuf;
using Segmentation.Protocol.V1;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Published;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests;

/// <summary>
/// A click over gRPC to Standalone in a process of its own, masks as run lengths back, against one bare decode of the
/// published decoder in this process.
/// </summary>
internal static class ClickCommand
{
    private const double MedianBound = 0.45;
    private const double TailBound = 1.0;

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 300, Description = "Counted clicks." };
        var json = Report.JsonOption();
        var command = new Command("click", "A click over gRPC to Standalone against one bare published decode.")
        {
            runs, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var rows = await MeasureAsync(parsed.GetValue(runs), cancellationToken).ConfigureAwait(false);
            return await Report.WriteAsync(rows, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(int runs, CancellationToken cancellationToken)
    {
        var folder = await Inputs.PublishedAsync(cancellationToken).ConfigureAwait(false);
        using var published = new PublishedModel(
            Path.Combine(folder, "encoder.onnx"), Path.Combine(folder, "sam.onnx"), new RuntimeOptions());
        var coffee = Inputs.Photograph("coffee.png").FullName;
        var file = await File.ReadAllBytesAsync(coffee, cancellationToken).ConfigureAwait(false);
        var image = ImageReader.ReadForModel(file, ImageLimits.Default, cancellationToken);
        var embedding = new float[ImageEncoder.EmbeddingLength];
        published.Encode(PublishedModel.Normalise(image), embedding);
        var server = await StandaloneProcess.StartAsync(cancellationToken).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var client = new SegmentationService.SegmentationServiceClient(server.Channel);
            var request = new SegmentRequest
            {
                ImageData = UnsafeByteOperations.UnsafeWrap(file),
                Prompts = { new Protocol.V1.Prompt() },
                Output = new OutputOptions { Refinable = false },
            };
            request.Prompts[0].Points.Add(new Point { X = 300, Y = 200 });
            var first = await client.SegmentAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
            request.ImageId = first.Image.Id;
            var logits = new float[ImageGeometry.LowResSide * ImageGeometry.LowResSide];
            var clicks = new Clicks(image.Geometry);
            var times = Interleaved.Run(
                20,
                runs,
                () =>
                {
                    (request.Prompts[0].Points[0].X, request.Prompts[0].Points[0].Y) = clicks.Next();
                    client.Segment(request, cancellationToken: cancellationToken);
                },
                () => published.Decode(embedding, image.Geometry, clicks.Prompt(), logits));
            return [.. Rows(times)];
        }
    }

    private static IEnumerable<Measurement> Rows((double[] Click, double[] Published) times)
    {
        var published = Measurement.Of("bare published decode", "ms", times.Published);
        yield return Measurement.Of("click over gRPC", "ms", times.Click);
        yield return published;
        yield return Ratio("click p50 / published p50", times.Click, 0.5, MedianBound);
        yield return Ratio("click p99 / published p50", times.Click, 0.99, TailBound);

        Measurement Ratio(string name, double[] clicks, double quantile, double bound)
        {
            var ratio = clicks.Order().ElementAt((int)(quantile * (clicks.Length - 1))) / published.Measured;
            return Measurement.Of(name, "ratio", [ratio], bound);
        }
    }

    /// <summary>Points all over the image, the same in every run.</summary>
    private sealed class Clicks(ImageGeometry geometry)
    {
        private int _count;

        public (float X, float Y) Next()
        {
            // The golden ratio's multiples spread evenly over both axes.
            _count++;
            return ((float)(_count * 0.618034 % 1 * geometry.Width), (float)(_count * 0.754878 % 1 * geometry.Height));
        }

        public Sam.Prompts.Prompt Prompt()
        {
            var (x, y) = Next();
            return new() { Points = [new(x, y, Sam.Prompts.PointLabel.Foreground)] };
        }
    }
}

using System.CommandLine;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Images;
using Segmentation.Sam.Published;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// A click over gRPC to Standalone, to a cluster, or to both, each in processes of their own, masks as run lengths
/// back, against one bare decode of the published decoder in this process.
/// </summary>
internal static class ClickCommand
{
    private const double MedianBound = 0.45;
    private const double TailBound = 1.0;

    public static Command Create()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 300, Description = "Counted clicks." };
        var spawn = SpawnedSystem.Option(SpawnedSystem.Standalone);
        var identity = new Option<bool>("--identity")
        {
            Description = "Clicks in turn on a server without identity and on one with API keys, quotas and audit.",
        };
        var load = new ClickLoadOptions();
        return MeasuringCommand.Create(
            "click",
            "A click over gRPC against one bare published decode; or many, as --rate or --people say.",
            [runs, spawn, identity, .. load.All],
            async (parsed, cancellationToken) =>
            {
                if (!load.IsWanted(parsed) && !parsed.GetValue(identity))
                {
                    await PublishedGraphs.FetchAsync(cancellationToken);
                }

                await PublishedServices.UseAsync(cancellationToken);
                var systems = parsed.GetValue(spawn)!.Distinct().ToArray();
                return parsed.GetValue(identity)
                    ? await IdentityClicks.MeasureAsync(systems, parsed.GetValue(runs), cancellationToken)
                    : load.IsWanted(parsed)
                        ? await load.MeasureAsync(parsed, systems, cancellationToken)
                    : await MeasureAsync(systems, parsed.GetValue(runs), cancellationToken);
            });
    }

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IReadOnlyList<string> spawn, int runs, CancellationToken cancellationToken)
    {
        var folder = await PublishedGraphs.FetchAsync(cancellationToken);
        using var published = new PublishedModel(
            Path.Combine(folder, "encoder.onnx"), Path.Combine(folder, "sam.onnx"), new RuntimeOptions());
        var file = await File.ReadAllBytesAsync(Photographs.Named("coffee.png").FullName, cancellationToken);
        var image = ImageReader.ReadForModel(file, ImageLimits.Default, cancellationToken);
        var embedding = new float[EncoderLayout.Built.EmbeddingLength];
        published.Encode(PublishedModel.Normalise(image), embedding);
        var logits = new float[ImageGeometry.LowResSide * ImageGeometry.LowResSide];
        var clicks = new ClickPoints(image.Geometry);
        var targets = new List<ClickTarget>();
        try
        {
            foreach (var name in spawn)
            {
                targets.Add(await ClickTarget.StartAsync(name, file, cancellationToken));
            }

            var times = SideBySide.Run(
                20,
                runs,
                [
                    () => published.Decode(embedding, image.Geometry, clicks.Prompt(), logits),
                    .. targets.Select<ClickTarget, Action>(target => () => target.Click(clicks.Next(), cancellationToken)),
                ]);
            return [.. Rows(targets, times)];
        }
        finally
        {
            foreach (var target in targets)
            {
                await target.DisposeAsync();
            }
        }
    }

    private static IEnumerable<Measurement> Rows(List<ClickTarget> targets, double[][] times)
    {
        var published = Measurement.Of("bare published decode", "ms", times[0]);
        yield return published;
        for (var i = 0; i < targets.Count; i++)
        {
            var (name, clicks) = (targets[i].Name, times[i + 1]);
            yield return Measurement.Of($"click, {name}", "ms", clicks);
            yield return Ratio($"click p50, {name} / published p50", At(clicks, 0.5), published.Measured, MedianBound);
            yield return Ratio($"click p99, {name} / published p50", At(clicks, 0.99), published.Measured, TailBound);
        }

        if (targets.Count == 2)
        {
            var (first, second) = (targets[0].Name, targets[1].Name);
            yield return Ratio($"click p50, {second} / {first}", At(times[2], 0.5), At(times[1], 0.5));
            yield return Ratio($"click p99, {second} / {first}", At(times[2], 0.99), At(times[1], 0.99));
        }
    }

    private static Measurement Ratio(string name, double value, double by, double? bound = null) =>
        Measurement.Of(name, "ratio", [value / by], bound);

    private static double At(double[] times, double quantile) =>
        times.Order().ElementAt((int)(quantile * (times.Length - 1)));
}

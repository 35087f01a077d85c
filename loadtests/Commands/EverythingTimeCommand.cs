using System.CommandLine;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Searching;
using Segmentation.LoadTests.Systems;
using Segmentation.Masks.Everything;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Published;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Everything in the picture, masks included, against one bare published decode for each point; and the fast profile
/// against the faithful one, batch by batch in turn. One thread, encoding not counted on either side.
/// </summary>
internal static class EverythingTimeCommand
{
    private const double DefaultBound = 0.25;

    public static Command Create()
    {
        var images = Photographs.Option();
        var side = new Option<int>("--points-per-side")
        {
            DefaultValueFactory = _ => 32,
            Description = "Points a side.",
        };
        var published = new Option<int>("--published")
        {
            DefaultValueFactory = _ => 8,
            Description = "Published decodes after every 64 points; their time is scaled to all points.",
        };
        var bound = Report.BoundOption("ratio");
        var spawn = new Option<string[]>("--spawn")
        {
            Description = "Measures running systems instead, which it starts: standalone, cluster, or both.",
            AllowMultipleArgumentsPerToken = true,
        };
        spawn.AcceptOnlyFromAmong(SpawnedSystem.Standalone, SpawnedSystem.Cluster);
        return MeasuringCommand.Create(
            "everything",
            "Everything in the picture against a published decode for each point.",
            [images, side, published, spawn, bound],
            async (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(spawn) is { Length: > 0 } systems)
                {
                    await PublishedServices.UseAsync(cancellationToken);
                    var file = parsed.GetRequiredValue(images)[0].FullName;
                    return await EverythingSystems.MeasureAsync(
                        systems,
                        await File.ReadAllBytesAsync(file, cancellationToken),
                        parsed.GetValue(side),
                        cancellationToken);
                }

                return await MeasureAsync(
                    parsed.GetRequiredValue(images),
                    new() { PointsPerSide = parsed.GetValue(side) },
                    parsed.GetValue(published),
                    parsed.GetValue(bound) ?? DefaultBound,
                    boundOnly: false,
                    cancellationToken);
            });
    }

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IEnumerable<FileInfo> images,
        EverythingOptions options,
        int publishedDecodes,
        double bound,
        bool boundOnly,
        CancellationToken cancellationToken)
    {
        var folder = await PublishedGraphs.FetchAsync(cancellationToken).ConfigureAwait(false);
        var model = ModelCatalog.Default.Open();
        var runtime = new RuntimeOptions { IntraOpThreads = 1 };
        using var published = new PublishedModel(
            Path.Combine(folder, "encoder.onnx"), Path.Combine(folder, "sam.onnx"), runtime);
        using var encoder = new ImageEncoder(model.EncoderPath, runtime);
        using var segmenter = new Segmenter(model, runtime);
        var rows = new List<Measurement>();
        foreach (var file in images)
        {
            var bytes = await File.ReadAllBytesAsync(file.FullName, cancellationToken).ConfigureAwait(false);
            var image = ImageReader.ReadForModel(bytes, ImageLimits.Default, cancellationToken);
            var embedding = new float[encoder.EmbeddingLength];
            encoder.Encode([image], embedding, cancellationToken);
            var prepared = segmenter.Prepare(embedding, image.Geometry, cancellationToken);
            var search = new SearchTiming(segmenter, prepared, cancellationToken);
            var others = new OtherDecodes(published, segmenter, embedding, prepared, cancellationToken);
            var fast = boundOnly
                ? null
                : new RepeatedSearch(search, options with { Profile = EverythingProfile.Fast });
            foreach (var (points, faithful) in search.Steps(options))
            {
                for (var i = 0; i < publishedDecodes && points.Count > 0; i++)
                {
                    others.Run(points[i * points.Count / publishedDecodes], isOursWanted: !boundOnly);
                }

                fast?.Step();
                if (faithful is not null)
                {
                    rows.AddRange(Rows(file.Name, faithful, fast?.Finish(), others, bound));
                }
            }
        }

        return rows;
    }

    private static IEnumerable<Measurement> Rows(
        string image, SearchTiming.Result faithful, SearchTiming.Result? fast, OtherDecodes others, double bound)
    {
        var published = others.Published.Average() * faithful.Points;
        var name = $"everything of {image}";
        yield return Row($"{name}: {faithful.Points} points, {faithful.Masks.Count} masks", "s", faithful.Seconds);
        yield return Row($"{name}, published decodes scaled", "s", published);
        yield return Row($"{name}, ratio", "ours / published", faithful.Seconds / published, bound);
        if (fast is null)
        {
            yield break;
        }

        var bare = others.Bare.Average() * faithful.Points;
        yield return Row($"{name}, over bare decodes of ours", "ours / ours bare", faithful.Seconds / bare);
        var points = (double)fast.Points / faithful.Points;
        yield return Row($"{name}, fast: {fast.Masks.Count} masks", "points / points", points);
        yield return Row($"{name}, fast", "time / time", fast.Seconds / faithful.Seconds);
        yield return Row($"{name}, fast, recall at IoU 0.8", "share", fast.Recall(faithful, 0.8));
        yield return Row($"{name}, fast, recall at IoU 0.95", "share", fast.Recall(faithful, 0.95));

        static Measurement Row(string name, string unit, double value, double? bound = null) =>
            Measurement.Of(name, unit, [value], bound);
    }
}

using System.Diagnostics;
using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Catalogue;

/// <summary>Runs <c>segctl models bench ID</c>: times of one thread.</summary>
internal static class ModelBench
{
    private const int Encodes = 3;
    private const int Decodes = 21;

    /// <summary>Measures on a seeded picture and prints medians.</summary>
    public static int Run(string? root, string id, CancellationToken cancellationToken) => CatalogueErrors.Tell(() =>
    {
        var model = ModelRoot.Catalog(root).Open(id);
        var runtime = new RuntimeOptions { IntraOpThreads = 1 };
        var picture = SeededPicture.Draw(model.Layout.Resizing);
        var embedding = new float[model.EmbeddingLength];
        using (var encoder = new ImageEncoder(model, runtime))
        {
            Print("encode", Median(Encodes, () => encoder.Encode([picture], embedding, cancellationToken)));
        }

        var own = Decode(model, embedding, picture.Geometry, runtime, cancellationToken);
        if (model.AsPublished() is not { } published)
        {
            Print($"one click, {ModelDescription.PathOf(model)}", own);
            return CommandRunner.Success;
        }

        var theirs = Decode(published, embedding, picture.Geometry, runtime, cancellationToken);
        Print("one click, kernels", own);
        Print("one click, published graph", theirs);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"The kernels take {own / theirs:0.00} of the published graph's time."));
        return CommandRunner.Success;
    });

    private static double Decode(
        ModelPackage model, float[] embedding, ImageGeometry geometry, RuntimeOptions runtime,
        CancellationToken cancellationToken)
    {
        using var segmenter = new Segmenter(model, runtime);
        var image = segmenter.Prepare(embedding, geometry, cancellationToken);
        var workspace = segmenter.CreateWorkspace();
        var prompt = Trial.Prompt(geometry);
        return Median(Decodes, () => segmenter.Segment(
            image, [prompt], SegmentOptions.Default, workspace, cancellationToken));
    }

    // The first run, which allocates and compiles, does not count.
    private static double Median(int runs, Action run)
    {
        run();
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            var started = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[runs / 2];
    }

    private static void Print(string what, double milliseconds) => Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-28} {milliseconds,9:0.0} ms"));
}

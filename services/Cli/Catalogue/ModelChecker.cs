using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Catalogue;

/// <summary>Runs <c>segctl models check ID</c>: a model against its own published decoder.</summary>
internal static class ModelChecker
{
    /// <summary>Compares on a seeded picture and on those given.</summary>
    public static int Run(string? root, string id, IReadOnlyList<string> images, CancellationToken cancellationToken) =>
        CatalogueErrors.Tell(() => Check(ModelRoot.Catalog(root).Open(id), images, cancellationToken));

    private static int Check(ModelPackage model, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        model.Verify(cancellationToken);
        var runtime = new RuntimeOptions { IntraOpThreads = Environment.ProcessorCount };
        using var encoder = new ImageEncoder(model, runtime);
        using var segmenter = new Segmenter(model, runtime);
        using var comparison = model.AsPublished() is { } published
            ? new DecoderComparison(model, published, runtime)
            : null;
        Console.Out.WriteLine(comparison is not null
            ? "Kernels against the published decoder:"
            : model.Layout.Decoder.IsPublished
                ? "The published decoder serves itself, so there is nothing to compare; each picture is clicked once:"
                : $"The published decoder of '{model.Id}' is not kept here, so each picture is clicked once. Compare with "
                    + "the published files: segctl models check --encoder FILE --decoder FILE IMAGES.");
        var isGood = true;
        foreach (var (name, image) in Pictures(model, images, cancellationToken))
        {
            var embedding = new float[model.EmbeddingLength];
            encoder.Encode([image], embedding, cancellationToken);
            if (comparison is null)
            {
                var isUsable = Trial.Click(segmenter, embedding, image.Geometry, cancellationToken);
                isGood &= isUsable;
                var finding = isUsable ? "masks are usable" : "logits are not finite, or all the same";
                Console.Out.WriteLine($"  {name}: {finding}");
                continue;
            }

            var agreement = comparison.Compare(embedding, image.Geometry, cancellationToken);
            isGood &= agreement.IsGood;
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name}: {agreement.Masks} masks, logits within {agreement.Logits:0.0e0} of their range, "
                + $"scores within {agreement.Scores:0.0e0}"));
        }

        Console.Out.WriteLine(isGood ? "Good." : "Not good: do not serve this model.");
        return isGood ? CommandRunner.Success : CommandRunner.Failure;
    }

    private static IEnumerable<(string Name, ModelImage Image)> Pictures(
        ModelPackage model, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        yield return ("seeded picture", SeededPicture.Draw(model.Layout.Resizing));
        foreach (var path in images)
        {
            var file = File.ReadAllBytes(path);
            yield return (Path.GetFileName(path), ImageReader.ReadForModel(
                file, ImageLimits.Default, model.Layout.Resizing, cancellationToken));
        }
    }
}

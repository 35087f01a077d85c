using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Masks.Geometry;
using Segmentation.ModelBuilder;
using Segmentation.Models;
using Segmentation.Models.Recognition;
using Segmentation.Sam;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Catalogue;

/// <summary>
/// Runs <c>segctl models add</c>: recognises, copies, builds graphs of the decoder's weights, and lets the model prove
/// itself before it may be served.
/// </summary>
internal static class ModelAdder
{
    private const string EncoderFile = "encoder.onnx";
    private const string DecoderFile = "decoder.onnx";
    private const int VersionDigits = 12;

    // Scores further apart than this are another kind of score, not rounding.
    private const double OtherScores = 1e-2;

    // Names of the transforms of images, which embeddings must not be mixed across.
    private const string LongestSide = "sam-1024-bilinear-v1";
    private const string Stretch = "sam2-1024-bilinear-v1";

    /// <summary>Adds a model and prints its properties.</summary>
    /// <exception cref="CliException">It cannot be served; nothing is left behind.</exception>
    public static int Run(AddArguments arguments, CancellationToken cancellationToken) => CatalogueErrors.Tell(() =>
    {
        var recognised = ModelRecogniser.Recognise(arguments.Paths, cancellationToken);
        var id = ModelId.Choose(arguments.Id, recognised);
        var licence = arguments.Licence ?? recognised.Licence ?? throw NoLicence(recognised);
        using var staged = new StagedModel(arguments.Root, id);
        var (manifest, notes) = Fill(staged, recognised, cancellationToken);
        manifest = manifest with
        {
            Id = id,
            Licence = licence,
            LicenceNotice = Licences.Notice(id, licence),
            Version = arguments.Version ?? manifest.Version,
            Source = arguments.Source ?? manifest.Source,
        };
        manifest.Write(staged.Folder);
        staged.Publish();
        var model = ModelPackage.Open(Path.Combine(arguments.Root, id));
        Console.Out.WriteLine($"Added '{id}' to {arguments.Root}.");
        ModelDescription.Write(model, Console.Out);
        foreach (var note in notes)
        {
            Console.Out.WriteLine(note);
        }

        return CommandRunner.Success;
    });

    private static (ModelManifest Manifest, IReadOnlyList<string> Notes) Fill(
        StagedModel staged, RecognisedModel recognised, CancellationToken cancellationToken)
    {
        var encoder = staged.Copy(recognised.EncoderPath, EncoderFile, cancellationToken);
        var decoder = staged.Copy(recognised.DecoderPath, DecoderFile, cancellationToken);
        var data = CopyData(staged, recognised, cancellationToken);
        var published = new ModelManifest
        {
            Id = "added",
            Version = encoder.Sha256[..VersionDigits],
            Licence = "",
            Preprocessing = recognised.Layout.Resizing == Resizing.Stretch ? Stretch : LongestSide,
            Source = $"{Path.GetFileName(recognised.EncoderPath)}, {Path.GetFileName(recognised.DecoderPath)}"
                + (recognised.Producer.Length > 0 ? $" ({recognised.Producer})" : ""),
            Graphs = new Dictionary<string, GraphFile>
            {
                [ModelManifest.Encoder] = encoder,
                [ModelManifest.Decoder] = decoder,
            },
            Data = data.Count > 0 ? data : null,
            Layout = recognised.Layout,
        };
        var runtime = new RuntimeOptions { IntraOpThreads = Environment.ProcessorCount };
        var picture = SeededPicture.Draw(recognised.Layout.Resizing);
        var embedding = new float[recognised.Layout.Encoder.EmbeddingLength];
        using (var model = new ImageEncoder(Open(staged, published), runtime))
        {
            model.Encode([picture], embedding, cancellationToken);
        }

        if (embedding.Any(value => !float.IsFinite(value)) || embedding.All(value => value == embedding[0]))
        {
            throw new ModelException(
                $"'{recognised.EncoderPath}' gives no usable embedding of a picture: its values are not finite, or all "
                + "the same. Take the file in float32, or download it again.");
        }

        if (!DecoderImport.TryBuild(
            Path.Combine(staged.Folder, DecoderFile),
            recognised.Layout.Decoder,
            staged.Folder,
            out var built,
            out var reason))
        {
            Check(Open(staged, published), embedding, picture.Geometry, runtime, cancellationToken);
            return (published, [$"The published decoder serves as it is: {reason}"]);
        }

        var kernels = published with
        {
            Graphs = new Dictionary<string, GraphFile>
            {
                [ModelManifest.Encoder] = encoder,
                [ModelManifest.Image] = staged.Describe("image.onnx"),
                [ModelManifest.Mask] = staged.Describe("mask.onnx"),
                [ModelManifest.Decode] = staged.Describe("decode.onnx"),
            },
            Layout = recognised.Layout with { Decoder = built },
            Published = new KeptDecoder(decoder, recognised.Layout.Decoder),
        };
        var (agreement, problem) = Compare(
            Open(staged, kernels), embedding, picture.Geometry, runtime, cancellationToken);
        if (problem is not null)
        {
            foreach (var name in (string[])["image.onnx", "mask.onnx", "decode.onnx"])
            {
                File.Delete(Path.Combine(staged.Folder, name));
            }

            return (published, [$"The published decoder serves as it is: {problem}"]);
        }

        List<string> notes =
        [
            $"The kernels serve: on {agreement.Masks} masks of a seeded picture their logits differ from the published "
            + $"decoder's by at most {Short(agreement.Logits)} of their range.",
        ];
        if (agreement.Scores > OtherScores)
        {
            notes.Add("The published decoder's scores are not the predicted IoU of its weights (perhaps stability "
                + "scores): the kernels give the predicted IoU.");
        }

        return (kernels, notes);
    }

    // The fast path is refused for any doubt: the published decoder is right in any case.
    private static (Agreement Agreement, string? Problem) Compare(
        ModelPackage model, float[] embedding, ImageGeometry geometry, RuntimeOptions runtime,
        CancellationToken cancellationToken)
    {
        try
        {
            using var comparison = new DecoderComparison(model, model.AsPublished()!, runtime);
            var agreement = comparison.Compare(embedding, geometry, cancellationToken);
            return (agreement, agreement.IsGood
                ? null
                : $"the kernels' logits differ from its by {Short(agreement.Logits)} of their range, and at most "
                    + $"{Short(Agreement.Limit)} is allowed (a quantised or half-precision decoder rounds that much).");
        }
        catch (InvalidDataException error)
        {
            return (new Agreement(0, 0, 0), $"the kernels cannot run its weights: {error.Message}");
        }
    }

    private static string Short(double part) => part.ToString("0.0e0", CultureInfo.InvariantCulture);

    private static List<GraphFile> CopyData(
        StagedModel staged, RecognisedModel recognised, CancellationToken cancellationToken)
    {
        var copied = new List<GraphFile>();
        foreach (var path in recognised.EncoderData.Concat(recognised.DecoderData).Distinct())
        {
            var name = Path.GetFileName(path);
            if (File.Exists(Path.Combine(staged.Folder, name)) || name is "image.onnx" or "mask.onnx" or "decode.onnx"
                || name == ModelManifest.FileName)
            {
                throw new ModelException(
                    $"'{path}' cannot lie beside the model's other files under the name '{name}', which is taken. Export "
                    + "the model again with another name of its data file.");
            }

            copied.Add(staged.Copy(path, name, cancellationToken));
        }

        return copied;
    }

    // The manifest of the moment: the last one is written with the model's own id.
    private static ModelPackage Open(StagedModel staged, ModelManifest manifest)
    {
        manifest.Write(staged.Folder);
        return ModelPackage.Open(staged.Folder);
    }

    private static void Check(
        ModelPackage model, float[] embedding, ImageGeometry geometry, RuntimeOptions runtime,
        CancellationToken cancellationToken)
    {
        using var segmenter = new Segmenter(model, runtime);
        if (!Trial.Click(segmenter, embedding, geometry, cancellationToken))
        {
            throw new ModelException(
                "The decoder gives no usable masks: their logits are not finite, or all the same. Take the file in "
                + "float32, or download it again.");
        }
    }

    private static CliException NoLicence(RecognisedModel model)
    {
        var hint = model.Layout.Decoder.Family == "edge-sam"
            ? " EdgeSAM's own weights have the S-Lab License 1.0, which does not allow commercial use: "
                + "--licence LicenseRef-S-Lab-1.0."
            : " Look where the weights come from; SAM's own and SAM 2's are Apache-2.0.";
        return new CliException(
            $"The files do not say which licence the weights have. Name it: --licence SPDX.{hint}",
            CommandRunner.Usage);
    }
}

using System.Globalization;
using System.Numerics.Tensors;
using Segmentation.Cli.Commands;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Published;
using Segmentation.Sam.Runtime;

namespace Segmentation.Cli.Checking;

/// <summary>Compares our graphs with the published pair and prints the largest differences.</summary>
internal sealed class ParityCheck : IDisposable
{
    private const double LeastIoU = 0.99;
    private const int Logits = ImageGeometry.LowResSide * ImageGeometry.LowResSide;
    private readonly PublishedModel _published;
    private readonly ImageEncoder _encoder;
    private readonly Segmenter _segmenter;
    private readonly SegmentWorkspace _workspace;

    private ParityCheck(FileInfo encoder, FileInfo decoder)
    {
        var runtime = new RuntimeOptions { IntraOpThreads = Environment.ProcessorCount };
        var model = ModelCatalog.Default.Open();
        _published = new PublishedModel(encoder.FullName, decoder.FullName, runtime);
        _encoder = new ImageEncoder(model, runtime);
        _segmenter = new Segmenter(model, runtime);
        _workspace = _segmenter.CreateWorkspace();
    }

    public static int Run(FileInfo encoder, FileInfo decoder, FileInfo[] images, CancellationToken cancellationToken)
    {
        using var check = new ParityCheck(encoder, decoder);
        Console.Out.WriteLine("image                     prompt    embedding     logits  pred. IoU   mask IoU");
        var isGood = true;
        foreach (var image in images)
        {
            try
            {
                isGood &= check.Compare(image, cancellationToken);
            }
            catch (ImageException error)
            {
                throw new CliException($"{image}: {error.Message}", innerException: error);
            }
        }

        Console.Out.WriteLine(isGood
            ? $"All masks agree (IoU at least {LeastIoU.ToString(CultureInfo.InvariantCulture)})."
            : "Some masks differ: do not serve this model.");
        return isGood ? CommandRunner.Success : CommandRunner.Failure;
    }

    public void Dispose()
    {
        _published.Dispose();
        _encoder.Dispose();
        _segmenter.Dispose();
    }

    private bool Compare(FileInfo file, CancellationToken cancellationToken)
    {
        var image = ImageReader.ReadForModel(File.ReadAllBytes(file.FullName), ImageLimits.Default, cancellationToken);
        var (ours, theirs) = (new float[_encoder.EmbeddingLength], new float[_encoder.EmbeddingLength]);
        _encoder.Encode([image], ours, cancellationToken);
        _published.Encode(PublishedModel.Normalise(image), theirs);
        var embedding = LargestDifference(ours, theirs);
        var prepared = _segmenter.Prepare(ours, image.Geometry, cancellationToken);
        var isGood = true;
        foreach (var (name, prompt) in Prompts(theirs, image.Geometry))
        {
            var expected = new float[Logits];
            var expectedIou = _published.Decode(theirs, image.Geometry, prompt, expected);
            // The export answers with the best of tokens 1 to 3 for up to two tokens of prompt, else with token 0.
            var options = new SegmentOptions
            {
                MaskCount = prompt.Points.Count + (prompt.Box is null ? 1 : 2) <= 2 ? MaskCount.Three : MaskCount.One,
                Forms = MaskForms.Logits,
            };
            var mask = _segmenter.Segment(prepared, [prompt], options, _workspace, cancellationToken)[0][0];
            var iou = MaskIoU(mask.Logits!, expected);
            isGood &= iou >= LeastIoU;
            var logits = LargestDifference(mask.Logits!, expected);
            var predictedIou = Math.Abs(mask.PredictedIou - expectedIou);
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Shorten(file.Name),-24}  {name,-8} {embedding,10:0.00000} {logits,10:0.00000} {predictedIou,10:0.00000} "
                + $"{iou,10:0.00000}"));
        }

        return isGood;
    }

    private IEnumerable<(string Name, Prompt Prompt)> Prompts(float[] embedding, ImageGeometry geometry)
    {
        var (width, height) = ((float)geometry.Width, (float)geometry.Height);
        PointPrompt centre = new(width / 2, height / 2, PointLabel.Foreground);
        PointPrompt corner = new(width / 8, height / 8, PointLabel.Background);
        BoxPrompt box = new(width / 4, height / 4, width * 3 / 4, height * 3 / 4);
        yield return ("click", new Prompt { Points = [centre] });
        yield return ("points", new Prompt { Points = [centre, corner, centre with { X = width * 0.6f }] });
        yield return ("box", new Prompt { Box = box });
        yield return ("mixed", new Prompt { Points = [centre, corner], Box = box });
        var logits = new float[Logits];
        _published.Decode(embedding, geometry, new Prompt { Points = [centre] }, logits);
        yield return ("mask", new Prompt { MaskLogits = logits });
        yield return ("refine", new Prompt { Points = [centre, corner], MaskLogits = logits });
    }

    private static float LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var difference = new float[a.Length];
        TensorPrimitives.Subtract(a, b, difference);
        return Math.Abs(TensorPrimitives.MaxMagnitude<float>(difference));
    }

    private static double MaskIoU(float[] a, float[] b)
    {
        var (both, either) = (0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            both += a[i] > 0 && b[i] > 0 ? 1 : 0;
            either += a[i] > 0 || b[i] > 0 ? 1 : 0;
        }

        return either == 0 ? 1 : (double)both / either;
    }

    private static string Shorten(string name) => name.Length <= 24 ? name : name[..21] + "...";
}

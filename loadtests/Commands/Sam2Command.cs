using System.CommandLine;
using System.Globalization;
using Segmentation.LoadTests.Inputs;
using Segmentation.LoadTests.Reporting;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.ModelBuilder;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Decoding.Cpu;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>One click on SAM 2: our kernels against the published decoder, both bare, one thread each.</summary>
internal static class Sam2Command
{
    /// <summary>Largest difference between the two, as a part of the logits' range.</summary>
    private const float Tolerance = 1e-3f;

    private static readonly ImageGeometry _geometry = new(1500, 1000, Resizing.Stretch);

    public static Command Create()
    {
        var decoder = new Option<FileInfo?>("--decoder")
        {
            Description = "Published decoder, as samexporter writes it. Default: one with random weights.",
            HelpName = "file",
        };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 20, Description = "Counted runs of each." };
        var bound = Report.BoundOption("ratio");
        return MeasuringCommand.Create(
            "sam2",
            "One click on SAM 2: our decode against the published decoder, one thread each.",
            [decoder, runs, bound],
            (parsed, cancellationToken) => Task.FromResult(
                Measure(parsed.GetValue(decoder), parsed.GetValue(runs), parsed.GetValue(bound) ?? 0.5, cancellationToken)));
    }

    /// <summary>Measures one click, with three masks.</summary>
    /// <param name="file">The published decoder; null for one with random weights.</param>
    /// <param name="runs">Counted runs of each.</param>
    /// <param name="bound">Largest ratio that is good enough.</param>
    /// <param name="cancellationToken">Cancels the runs.</param>
    public static IReadOnlyList<Measurement> Measure(
        FileInfo? file, int runs, double bound, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("segmentation-sam2-");
        try
        {
            return Measure(
                file?.FullName ?? Sam2Decoder.Write(folder.FullName), folder.FullName, runs, bound, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<Measurement> Measure(
        string file, string folder, int runs, double bound, CancellationToken cancellationToken)
    {
        if (!DecoderImport.TryBuild(file, new DecoderLayout { Family = "sam2" }, folder, out var layout, out var reason))
        {
            throw new ProgramException(reason);
        }

        var options = new RuntimeOptions { IntraOpThreads = 1 };
        string Graph(string name) => Path.Combine(folder, $"{name}.onnx");
        using var decoder = new DecoderModel(
            Graph("image"), Graph("mask"), CpuMaskDecoder.Create(Graph("decode")), options);
        using var published = new Sam2Decoder(file, options);
        var yieldPoint = new YieldPoint(null, cancellationToken);
        var embedding = Sam2Decoder.RandomEmbedding();
        var prompt = new Prompt { Points = [new(700, 400, PointLabel.Foreground)] };
        var image = decoder.Prepare(embedding, _geometry, yieldPoint);
        var batch = new DecodeBatch(_geometry, [prompt], [1, 2, 3], wholeSquare: false, PromptForm.Of(layout));
        var workspace = decoder.CreateWorkspace(lendsMasks: false);
        var (logits, predictedIou) = (new float[batch.LogitsLength], new float[4]);
        void Decode(DecodeBatch prompts) =>
            decoder.Decode(image, prompts, logits, predictedIou, workspace, cancellationToken);
        void DecodePublished() => published.Decode(embedding, _geometry.ToModelX(700), _geometry.ToModelY(400));

        Decode(batch);
        DecodePublished();
        Compare(published.Logits, logits);

        const string Name = "decode of SAM 2";
        var rows = new List<Measurement>();
        rows.AddRange(SideBySide.Rows(Name, SideBySide.Run(3, runs, () => Decode(batch), DecodePublished), bound));
        var withProjections = new DecodeBatch(_geometry, [prompt], [1, 2, 3], wholeSquare: false, PromptForm.Of(layout))
        {
            ImageProjections = decoder.PrecomputeProjections(image, yieldPoint),
        };
        var times = SideBySide.Run(
            3,
            runs,
            [() => Decode(withProjections), () => decoder.Prepare(embedding, _geometry, yieldPoint)]);
        rows.Add(Measurement.Of($"{Name}, with image projections", "ms", times[0]));
        rows.Add(Measurement.Of("preparing an image of SAM 2", "ms", times[1]));
        rows.Add(Measurement.Of("hot image of SAM 2", "MB", [image.SizeBytes / 1e6]));
        return rows;
    }

    // Times of two functions that answer differently say nothing.
    private static void Compare(float[] expected, float[] actual)
    {
        var range = expected.Max() - expected.Min();
        var largest = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        if (!(largest <= Tolerance * range))
        {
            throw new ProgramException(string.Create(
                CultureInfo.InvariantCulture,
                $"The logits differ by {largest}, which is {largest / range:P2} of their range."));
        }
    }
}

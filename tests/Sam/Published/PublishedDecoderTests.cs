using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;
using Segmentation.Tests.Shared;

namespace Segmentation.Sam.Tests.Published;

/// <summary>
/// Decoders of every published layout against <see cref="StubFunction"/>.
/// </summary>
public sealed class PublishedDecoderTests
{
    private const int Side = 256;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Layouts
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var name in StubModels.Names)
            {
                data.Add(name, true);
                data.Add(name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Segment_EveryPromptThatTheLayoutTakes_IsTheGraphsFunction(string name, bool isPortrait)
    {
        using var stub = new StubPackage(name);
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var layout = stub.Model.Layout;
        var geometry = new ImageGeometry(isPortrait ? 300 : 1700, isPortrait ? 900 : 200, layout.Resizing);
        var embedding = MakeEmbedding(stub.Model.EmbeddingLength);
        var image = segmenter.Prepare(embedding, geometry, Cancel);
        var workspace = segmenter.CreateWorkspace();
        var decoded = 0;
        foreach (var prompt in Prompts(geometry))
        {
            if (segmenter.Refusal(prompt) is not null || IsTooLittleForTheStub(prompt, layout.Decoder))
            {
                continue;
            }

            var masks = segmenter.Segment(
                image,
                [prompt],
                new() { MaskCount = MaskCount.Three, Forms = MaskForms.Logits },
                workspace,
                Cancel)[0];

            int[] tokens = layout.Decoder.Tokens.Contains(1) ? [1, 2, 3] : [0];
            Assert.Equal(tokens, masks.Select(mask => mask.Token).Order());
            foreach (var mask in masks)
            {
                Assert.Equal(StubDecoders.Scores[mask.Token], mask.PredictedIou, 1e-3);
                AssertLogits(layout, embedding, geometry, prompt, mask, StubFunction.PositionalOf(name));
            }

            decoded++;
        }

        Assert.True(decoded > 1, "The layout takes no prompt.");
        Assert.Equal(
            layout.Decoder.Ports!.Any(port => port.Role == DecoderRole.ObjectScore),
            segmenter.Segment(image, [Prompts(geometry)[0]], new(), workspace, Cancel)[0][0].ObjectScoreLogit == 3);
    }

    [Theory]
    [InlineData("sam1", 0)]
    [InlineData("sam1-single", 0)]
    // The best of the three.
    [InlineData("huggingface-sam1", 1)]
    [InlineData("sam2-samexporter", 1)]
    [InlineData("efficient-sam", 1)]
    [InlineData("sam2-ort", 0)]
    public void Segment_OneMask_IsTokenZeroOrTheBestOfTheOthers(string name, int token)
    {
        using var stub = new StubPackage(name);
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var geometry = new ImageGeometry(300, 200, stub.Model.Layout.Resizing);
        var image = segmenter.Prepare(MakeEmbedding(stub.Model.EmbeddingLength), geometry, Cancel);

        var masks = segmenter.Segment(
            image, [Prompts(geometry)[0]], new() { MaskCount = MaskCount.One }, segmenter.CreateWorkspace(), Cancel)[0];

        Assert.Equal(token, Assert.Single(masks).Token);
        Assert.Equal(StubDecoders.Scores[token], masks[0].PredictedIou, 1e-6);
    }

    [Theory]
    [InlineData("sam1")]
    [InlineData("sam2-samexporter")]
    [InlineData("sam2-rectlabel")]
    [InlineData("huggingface-sam1")]
    [InlineData("huggingface-sam2")]
    [InlineData("efficient-sam")]
    public void Segment_PromptsOfAllFormsAtOnce_EqualsOneByOne(string name)
    {
        using var stub = new StubPackage(name);
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var geometry = new ImageGeometry(1700, 200, stub.Model.Layout.Resizing);
        var image = segmenter.Prepare(MakeEmbedding(stub.Model.EmbeddingLength), geometry, Cancel);
        var workspace = segmenter.CreateWorkspace();
        var options = new SegmentOptions { MaskCount = MaskCount.Three, Forms = MaskForms.Logits };
        Prompt[] prompts =
        [
            .. Prompts(geometry).Where(prompt => segmenter.Refusal(prompt) is null
                && !IsTooLittleForTheStub(prompt, stub.Model.Layout.Decoder)),
            .. Enumerable.Range(1, 6).Select(i => Point(i * 40, i * 7)),
        ];

        var together = segmenter.Segment(image, prompts, options, workspace, Cancel);

        for (var i = 0; i < prompts.Length; i++)
        {
            var alone = segmenter.Segment(image, [prompts[i]], options, workspace, Cancel)[0];
            Assert.Equal(alone.Select(mask => mask.Token), together[i].Select(mask => mask.Token));
            Assert.All(alone.Zip(together[i]), pair => Assert.True(
                Worst(pair.First.Logits!, pair.Second.Logits!) < 1e-4, $"Prompt {i} differs."));
        }
    }

    [Fact]
    public void Segment_PositionalEncodingInADataFile_IsUsed()
    {
        var positional = MakeEmbedding(256 * 64 * 64);
        using var stub = new StubPackage("huggingface-sam1", positional: positional);
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var geometry = new ImageGeometry(300, 200);
        var embedding = MakeEmbedding(stub.Model.EmbeddingLength);
        var prompt = Point(20, 30);

        var mask = segmenter.Segment(
            segmenter.Prepare(embedding, geometry, Cancel),
            [prompt],
            new() { Forms = MaskForms.Logits },
            segmenter.CreateWorkspace(),
            Cancel)[0][0];

        AssertLogits(stub.Model.Layout, embedding, geometry, prompt, mask, positional);
    }

    [Fact]
    public void Restore_AnyModel_IsTheFlatEmbedding()
    {
        using var stub = new StubPackage("sam2-samexporter");
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var embedding = MakeEmbedding(stub.Model.EmbeddingLength);
        var image = segmenter.Prepare(embedding, new ImageGeometry(30, 20, Resizing.Stretch), Cancel);
        var restored = new float[embedding.Length];

        segmenter.Restore(image, restored, new YieldPoint(null, Cancel));

        Assert.Equal(embedding, restored);
        Assert.Equal(sizeof(float) * embedding.Length, image.SizeBytes);
    }

    [Fact]
    public void Segment_OtherWorkWaits_RunsDuringTheDecode()
    {
        using var stub = new StubPackage("sam1");
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var image = segmenter.Prepare(MakeEmbedding(256 * 64 * 64), new ImageGeometry(300, 200), Cancel);
        var (thread, calls) = (Environment.CurrentManagedThreadId, 0);
        var workspace = segmenter.CreateWorkspace();
        workspace.OnYield = () =>
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            calls++;
        };

        segmenter.Segment(image, [Point(20, 30)], new(), workspace, Cancel);

        Assert.NotEqual(0, calls);
        Assert.Throws<OperationCanceledException>(() => segmenter.Segment(
            image, [Point(20, 30)], new(), segmenter.CreateWorkspace(), new(canceled: true)));
    }

    [Theory]
    [InlineData("huggingface-sam1", "takes no boxes")]
    [InlineData("efficient-sam", "takes no background points")]
    public void Segment_PromptThatTheDecoderCannotTake_IsRefusedBeforeTheRun(string name, string reason)
    {
        using var stub = new StubPackage(name);
        using var segmenter = new Segmenter(stub.Model, new RuntimeOptions());
        var geometry = new ImageGeometry(300, 200, stub.Model.Layout.Resizing);
        var image = segmenter.Prepare(MakeEmbedding(stub.Model.EmbeddingLength), geometry, Cancel);
        var prompt = Point(20, 30) with { Points = [new(20, 30, PointLabel.Background)], Box = new(1, 2, 30, 40) };

        var error = Assert.Throws<ArgumentException>(
            () => segmenter.Segment(image, [Point(20, 30), prompt], new(), segmenter.CreateWorkspace(), Cancel));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(reason, segmenter.Refusal(prompt));
    }

    [Fact]
    public void Create_LayoutWithoutAnInputOfTheGraph_NamesIt()
    {
        using var stub = new StubPackage("sam1", change: layout => layout with
        {
            Decoder = layout.Decoder with
            {
                Ports = [.. layout.Decoder.Ports!.Where(port => port.Role != DecoderRole.ImageSize)],
            },
        });

        var error = Assert.Throws<InvalidDataException>(() => new Segmenter(stub.Model, new RuntimeOptions()));

        Assert.Contains("orig_im_size", error.Message, StringComparison.Ordinal);
    }

    // ONNX Runtime's sum over no points has no value, where the published graphs have tokens besides those of points.
    private static bool IsTooLittleForTheStub(Prompt prompt, DecoderLayout decoder) =>
        prompt.Points.Count == 0 && decoder.Box == BoxPort.Input;

    private static Prompt Point(float x, float y) => new() { Points = [new(x, y, PointLabel.Foreground)] };

    private static Prompt[] Prompts(ImageGeometry geometry)
    {
        var random = new Random(5);
        float[] mask = [.. Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle() * 8 - 4)];
        var (x, y) = (geometry.Width * 0.3f, geometry.Height * 0.6f);
        var box = new BoxPrompt(x / 2, y / 3, x * 2, y * 1.5f);
        return
        [
            Point(x, y),
            new() { Points = [new(x, y, PointLabel.Foreground), new(y / 2, y / 4, PointLabel.Foreground)] },
            new() { Points = [new(x, y, PointLabel.Foreground), new(y / 2, y / 4, PointLabel.Background)] },
            new() { Box = box },
            new() { Points = [new(x, y, PointLabel.Foreground)], Box = box },
            new() { Points = [new(x, y, PointLabel.Foreground)], MaskLogits = mask },
        ];
    }

    private static float[] MakeEmbedding(int length)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle())];
    }

    private static void AssertLogits(
        ModelLayout layout,
        float[] embedding,
        ImageGeometry geometry,
        Prompt prompt,
        SegmentedMask mask,
        float[]? positional)
    {
        var expected = StubFunction.LogitsOf(layout, embedding, geometry, prompt, mask.Token, positional);
        var isHalf = layout.Decoder.Ports![0].Type == NumberType.F16;
        Assert.InRange(Worst(expected, mask.Logits!), 0, isHalf ? 0.05 : 1e-3);
    }

    private static double Worst(float[] expected, float[] actual) =>
        Worst(Array.ConvertAll(expected, value => (double)value), actual);

    private static double Worst(double[] expected, float[] actual) =>
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
}

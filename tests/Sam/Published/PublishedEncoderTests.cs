using System.Runtime.InteropServices;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Onnx;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Tests.Images;

namespace Segmentation.Sam.Tests.Published;

/// <summary>Encoders of every published form against their function computed in double precision.</summary>
public sealed class PublishedEncoderTests
{
    private static readonly RuntimeOptions _options = new() { IntraOpThreads = Environment.ProcessorCount };
    private static readonly RgbImage _portrait = Pictures.Ramps(90, 200);
    private static readonly RgbImage _panorama = Pictures.Ramps(1300, 200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sam1", 1e-4)]
    [InlineData("sam1-half", 1e-2)]
    [InlineData("sam1-rows-columns-channels", 1e-4)]
    [InlineData("sam1-bytes", 1e-4)]
    // The border of a fixed size is of a whole grey level, up to half a level from the zeros of the reference.
    [InlineData("sam1-bytes-fixed", 2e-2, true)]
    [InlineData("sam1-quantised", 5e-2)]
    [InlineData("huggingface-sam1", 1e-4)]
    [InlineData("efficient-sam", 1e-4)]
    [InlineData("sam-hq", 1e-4)]
    [InlineData("sam-hq-stacked", 1e-4)]
    [InlineData("sam2-samexporter", 1e-4)]
    [InlineData("huggingface-sam2", 1e-4)]
    public void Encode_PortraitAndPanorama_GiveEveryTensor(string name, double close, bool isLandscapeOnly = false)
    {
        using var stub = new StubPackage(name);
        using var encoder = new ImageEncoder(stub.Model, _options);
        foreach (var picture in isLandscapeOnly ? [_panorama] : new[] { _portrait, _panorama })
        {
            var embedding = new float[stub.Model.EmbeddingLength];
            encoder.Encode([Read(picture, encoder.Resizing)], embedding, Cancel);

            AssertClose(stub.Model, picture, embedding, close);
        }
    }

    [Theory]
    [InlineData("sam1-batch")]
    [InlineData("huggingface-sam2")]
    // These take one image a run.
    [InlineData("sam2-samexporter")]
    [InlineData("sam1-rows-columns-channels")]
    public void Encode_SeveralImages_GivesEachItsOwnEmbedding(string name)
    {
        using var stub = new StubPackage(name);
        using var encoder = new ImageEncoder(stub.Model, _options);
        var length = encoder.EmbeddingLength;
        var embeddings = new float[2 * length];

        encoder.Encode([Read(_portrait, encoder.Resizing), Read(_panorama, encoder.Resizing)], embeddings, Cancel);

        AssertClose(stub.Model, _portrait, embeddings[..length], 1e-4);
        AssertClose(stub.Model, _panorama, embeddings[length..], 1e-4);
    }

    [Fact]
    public void Encode_WeightsInAnotherFile_AreFoundBesideTheGraph()
    {
        using var plain = new StubPackage("sam1");
        using var external = new StubPackage("sam1", hasExternalData: true);
        using var encoder = new ImageEncoder(external.Model, _options);
        var embedding = new float[encoder.EmbeddingLength];

        encoder.Encode([Read(_portrait, Resizing.LongestSide)], embedding, Cancel);

        AssertClose(plain.Model, _portrait, embedding, 1e-4);
    }

    [Fact]
    public void Encode_ImageHigherThanTheGraphTakes_RefusesWithBothSizes()
    {
        using var stub = new StubPackage("sam1-bytes-fixed");
        using var encoder = new ImageEncoder(stub.Model, _options);
        var image = Read(_portrait, Resizing.LongestSide);

        var error = Assert.Throws<ImageException>(
            () => encoder.Encode([image], new float[encoder.EmbeddingLength], Cancel));

        Assert.Equal(ImageError.TooLarge, error.Error);
        Assert.Contains("1024 x 720", error.Message, StringComparison.Ordinal);
        Assert.Contains("461 x 1024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_Cancelled_Ends()
    {
        using var stub = new StubPackage("sam1");
        using var encoder = new ImageEncoder(stub.Model, _options);
        var image = Read(_portrait, Resizing.LongestSide);

        Assert.Throws<OperationCanceledException>(
            () => encoder.Encode([image], new float[encoder.EmbeddingLength], new(canceled: true)));
    }

    [Fact]
    public void Encode_LayoutOfAnotherSize_NamesTheOutput()
    {
        using var stub = new StubPackage("sam1", change: layout => layout with
        {
            Encoder = layout.Encoder with { Tensors = [new(TensorRole.Embedding, "image_embeddings", [128, 64, 64])] },
        });
        using var encoder = new ImageEncoder(stub.Model, _options);
        var image = Read(_portrait, Resizing.LongestSide);

        var error = Assert.Throws<InvalidDataException>(
            () => encoder.Encode([image], new float[encoder.EmbeddingLength], Cancel));

        Assert.Contains("'image_embeddings' has the shape [1, 256, 64, 64]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PublishedEncoderInInt8_SaysThatItIsForBuiltOnes()
    {
        using var stub = new StubPackage("sam1");

        var error = Assert.Throws<RuntimeUnavailableException>(
            () => new ImageEncoder(stub.Model, _options with { EncoderPrecision = EncoderPrecision.Int8 }));

        Assert.Contains("Choose Float32", error.Message, StringComparison.Ordinal);
    }

    private static ModelImage Read(RgbImage picture, Resizing resizing) =>
        ImageReader.ReadForModel(Pictures.ToPng(picture), ImageLimits.Default, resizing, Cancel);

    private static void AssertClose(ModelPackage model, RgbImage picture, float[] embedding, double close)
    {
        var convolutions = ReadConvolutions(model.EncoderPath);
        var offset = 0;
        foreach (var tensor in model.Layout.Encoder.Tensors)
        {
            var isLast = tensor.Role == TensorRole.Intermediate;
            var (channels, cells) = (tensor.Dimensions[isLast ? 2 : 0], tensor.Dimensions[1]);
            var (weights, bias) = convolutions[channels];
            var means = SquareReference.CellMeans(picture, model.Layout.Resizing, ImageGeometry.ModelSide / cells);
            var (worst, area) = (0.0, cells * cells);
            for (var i = 0; i < tensor.Length; i++)
            {
                var (channel, cell) = isLast ? (i % channels, i / channels) : (i / area, i % area);
                var expected = bias[channel] + weights[channel * 3] * means[cell]
                    + weights[channel * 3 + 1] * means[area + cell] + weights[channel * 3 + 2] * means[2 * area + cell];
                worst = Math.Max(worst, Math.Abs(expected - embedding[offset + i]));
            }

            Assert.True(worst < close, $"{tensor.Role} differs by {worst}.");
            offset += tensor.Length;
        }

        Assert.Equal(embedding.Length, offset);
    }

    /// <summary>Weights [C,3] and biases [C] of the first convolution of each number of channels.</summary>
    private static Dictionary<int, (float[] Weights, float[] Bias)> ReadConvolutions(string path)
    {
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
        var found = new Dictionary<int, (float[], float[])>();
        float[] Floats(string name)
        {
            var tensor = graph.Initializer.Single(one => one.Name == name);
            return MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        }

        foreach (var node in graph.Node.Where(node => node.OpType == "Conv"))
        {
            found.TryAdd(Floats(node.Input[2]).Length, (Floats(node.Input[1]), Floats(node.Input[2])));
        }

        if (graph.Node.FirstOrDefault(node => node.OpType == "ConvInteger") is { } quantised)
        {
            var stored = graph.Initializer.Single(one => one.Name == quantised.Input[1]).RawData.ToByteArray();
            found[stored.Length / 3] = (Array.ConvertAll(stored, value => value / 128f), new float[stored.Length / 3]);
        }

        return found;
    }
}

using System.Runtime.Intrinsics;
using Google.Protobuf;
using Segmentation.Models;
using Segmentation.Sam.Encoders;
using Segmentation.Sam.Encoders.Direct;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Tests.Parity;

/// <summary>The encoder by our own kernels against its graph in ONNX Runtime.</summary>
public sealed class DirectEncoderTests : IDisposable
{
    private static readonly string _path = ModelCatalog.Default.Open().EncoderPath;
    private readonly GraphEncoder _graph = new(_path, new() { IntraOpThreads = Environment.ProcessorCount });

    public void Dispose() => _graph.Dispose();

    [Theory]
    [InlineData("coffee.png")]
    [InlineData("astronaut.png")]
    public void Encode_Picture_IsWhatTheGraphGives(string name)
    {
        var image = Read(name);
        using var encoder = Create<Simd256, Vector256<float>>(2);

        AssertSame(Encode(_graph, image), Encode(encoder, image));
    }

    [Theory]
    [InlineData(1, 300)]
    [InlineData(300, 7)]
    public void Encode_AnyShape_IsWhatTheGraphGives(int width, int height)
    {
        var image = Noise(width, height);
        using var encoder = Create<Simd128, Vector128<float>>(2);

        AssertSame(Encode(_graph, image), Encode(encoder, image));
    }

    [Fact]
    public void Encode_OtherVectorsThreadsAndBatches_GiveTheSame()
    {
        ModelImage[] images = [Noise(300, 7), Read("coffee.png")];
        using var alone = Create<Simd256, Vector256<float>>(1);
        using var together = Create<Simd256, Vector256<float>>(3);

        var expected = Encode(alone, images);

        Assert.Equal(expected, Encode(together, images));
        if (Vector512.IsHardwareAccelerated)
        {
            // In software it would take minutes.
            using var wide = Create<Simd512, Vector512<float>>(2);
            AssertSame(expected, Encode(wide, images));
        }
    }

    [Fact]
    public void Encode_Cancelled_EndsAndLeavesTheEncoderUsable()
    {
        var image = Noise(300, 7);
        using var encoder = Create<Simd256, Vector256<float>>(2);
        using var cancellation = new CancellationTokenSource();
        var expected = Encode(encoder, image);
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => encoder.Encode([image], new float[ImageEncoder.EmbeddingLength], cancellation.Token));

        Assert.Equal(expected, Encode(encoder, image));
    }

    [Fact]
    public void TryCreate_OtherGraph_IsNull() =>
        Assert.Null(DirectEncoder.TryCreate(ModelCatalog.Default.Open().MaskPath, 1));

    [Fact]
    public void TryCreate_BlockWithoutOperator_SaysWhichAndWhatToDo()
    {
        var model = OnnxFile.Read(_path);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "encoder.onnx");
            model.Graph.Node.Remove(model.Graph.Node.First(
                node => node.Name.StartsWith("neck/", StringComparison.Ordinal) && node.OpType == "LayerNormalization"));
            File.WriteAllBytes(path, model.ToByteArray());

            var error = Assert.Throws<InvalidDataException>(() => DirectEncoder.TryCreate(path, 1));

            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("block 'neck' lacks LayerNormalization 1", error.Message, StringComparison.Ordinal);
            Assert.Contains("ModelBuilder", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static DirectEncoder<TSimd, TVector> Create<TSimd, TVector>(int threads)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged => new(new OperatorWeights(_path), threads);

    private static ModelImage Read(string name) => ImageReader.ReadForModel(
        File.ReadAllBytes(TestData.Path("images", name)), ImageLimits.Default, TestContext.Current.CancellationToken);

    private static ModelImage Noise(int width, int height)
    {
        var geometry = new ImageGeometry(width, height);
        var pixels = new byte[geometry.ResizedHeight * geometry.ResizedWidth * 3];
        new Random(7).NextBytes(pixels);
        return new ModelImage(geometry, "image/png", pixels);
    }

    private static float[] Encode(IEncoderBody encoder, params ModelImage[] images)
    {
        var embeddings = new float[images.Length * ImageEncoder.EmbeddingLength];
        encoder.Encode(images, embeddings, TestContext.Current.CancellationToken);
        return embeddings;
    }

    private static void AssertSame(float[] expected, float[] actual)
    {
        var largest = 0f;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]));
        }

        Assert.True(largest < 1e-3, $"Embeddings differ by up to {largest}; the largest value is {expected.Max()}.");
    }
}

using System.Runtime.Intrinsics;
using Google.Protobuf;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Onnx;
using Segmentation.Sam.Encoders;
using Segmentation.Sam.Encoders.Cpu;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Tests.Encoders.Cpu;

/// <summary>The encoder by our own kernels against its graph in ONNX Runtime.</summary>
public sealed class CpuImageEncoderTests(CpuImageEncoderTests.Reference reference)
    : IClassFixture<CpuImageEncoderTests.Reference>
{
    private static readonly string _path = ModelCatalog.Default.Open().EncoderPath;
    [Theory]
    [InlineData("coffee.png")]
    [InlineData("astronaut.png")]
    public void Encode_Picture_IsWhatTheGraphGives(string name)
    {
        var image = Read(name);
        using var encoder = Create<Simd256, Vector256<float>>(2);

        AssertSame(Encode(reference.Graph, image), Encode(encoder, image));
    }

    [Theory]
    [InlineData(1, 300)]
    [InlineData(300, 7)]
    public void Encode_AnyShape_IsWhatTheGraphGives(int width, int height)
    {
        var image = Noise(width, height);
        using var encoder = Create<Simd128, Vector128<float>>(2);

        AssertSame(Encode(reference.Graph, image), Encode(encoder, image));
    }

    [Fact]
    public void Encode_OtherThreadsAndBatches_GivesTheSame()
    {
        ModelImage[] images = [Noise(300, 7), Read("coffee.png")];
        using var alone = Create<Simd256, Vector256<float>>(1);
        using var together = Create<Simd256, Vector256<float>>(3);

        var expected = Encode(alone, images);

        Assert.Equal(expected, Encode(together, images));
    }

    [Fact]
    public void Layers_OfAllVectors_Agree()
    {
        // Not whole encodes: vectors that the processor lacks are slow.
        var expected = RunLayers<Simd256, Vector256<float>>();

        Assert.All(RunLayers<Simd512, Vector512<float>>().Zip(expected), pair => AssertSame(pair.Second, pair.First));
        Assert.All(RunLayers<Simd128, Vector128<float>>().Zip(expected), pair => AssertSame(pair.Second, pair.First));
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
            () => encoder.Encode([image], new float[EncoderLayout.Built.EmbeddingLength], cancellation.Token));

        Assert.Equal(expected, Encode(encoder, image));
    }

    [Fact]
    public void TryCreate_WindowsTooLarge_IsNull() => Changed(
        graph =>
        {
            graph.Initializer.Add(new TensorProto
            {
                Name = "large",
                Dims = { 1, 5, 256, 256 },
                DataType = (int)TensorProto.Types.DataType.Float,
                RawData = ByteString.CopyFrom(new byte[5 * 256 * 256 * sizeof(float)]),
            });
            graph.Node.Last(node => node.OpType == "MultiHeadAttention").Input[5] = "large";
        },
        path => Assert.Null(CpuImageEncoder.TryCreate(path, 1)));

    [Fact]
    public void TryCreate_OtherGraph_IsNull() =>
        Assert.Null(CpuImageEncoder.TryCreate(ModelCatalog.Default.Open().MaskPath, 1));

    [Fact]
    public void TryCreate_BlockWithoutOperator_SaysWhichAndWhatToDo() => Changed(
        graph => graph.Node.Remove(graph.Node.First(
            node => node.Name.StartsWith("neck/", StringComparison.Ordinal) && node.OpType == "LayerNormalization")),
        path =>
        {
            var error = Assert.Throws<InvalidDataException>(() => CpuImageEncoder.TryCreate(path, 1));

            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("block 'neck' lacks LayerNormalization 1", error.Message, StringComparison.Ordinal);
            Assert.Contains("ModelBuilder", error.Message, StringComparison.Ordinal);
        });

    // The default encoder with a change, as a file.
    private static void Changed(Action<GraphProto> change, Action<string> check)
    {
        var model = OnnxFile.Read(_path);
        change(model.Graph);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "encoder.onnx");
            File.WriteAllBytes(path, model.ToByteArray());
            check(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // One of each kind, on random maps: windows of 14 and 7, merging with and without a stride, a bottleneck, the neck.
    private static List<float[]> RunLayers<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        var cancel = TestContext.Current.CancellationToken;
        using var space = new EncoderWorkspace(2);
        var weights = new EncoderWeights<TSimd, TVector>(new OperatorWeights(_path), new Arena());
        var embedding = new float[EncoderLayout.Built.EmbeddingLength];
        new Neck<TSimd, TVector>(weights).Apply(space, Random(space, 320, 64), BufferSlot.Second, embedding, cancel);
        return
        [
            embedding,
            Values(new TinyVitBlock<TSimd, TVector>(weights, "layers.2/blocks.0").Apply(
                space, Random(space, 160, 64), BufferSlot.Second, cancel)),
            Values(new TinyVitBlock<TSimd, TVector>(weights, "layers.3/blocks.1").Apply(
                space, Random(space, 320, 64), BufferSlot.Second, cancel)),
            Values(weights.Merging("layers.1/downsample").Apply(
                space, Random(space, 128, 128), BufferSlot.Second, cancel)),
            Values(weights.Merging("layers.2/downsample").Apply(
                space, Random(space, 160, 64), BufferSlot.Second, cancel)),
            Values(weights.Bottleneck("layers.0/blocks.0").Apply(
                space, Random(space, 64, 64), BufferSlot.Second, cancel)),
        ];
    }

    private static unsafe FeatureMap Random(EncoderWorkspace space, int channels, int side)
    {
        var random = new Random(3);
        var map = space.Map(BufferSlot.First, channels, side);
        map.ClearMargins();
        for (var row = 0; row < side; row++)
        {
            for (var i = 0; i < channels * side; i++)
            {
                map.Row(row)[i / side * map.Stride + i % side] = random.NextSingle() - 0.5f;
            }
        }

        return map;
    }

    private static unsafe float[] Values(FeatureMap map)
    {
        var values = new float[map.Side * map.Channels * map.Side];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, channel) = (i / map.Side / map.Channels, i / map.Side % map.Channels);
            values[i] = map.Row(row)[channel * map.Stride + i % map.Side];
        }

        return values;
    }

    private static CpuImageEncoder<TSimd, TVector> Create<TSimd, TVector>(int threads)
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

    private static float[] Encode(IImageEncoderBackend encoder, params ModelImage[] images)
    {
        var embeddings = new float[images.Length * EncoderLayout.Built.EmbeddingLength];
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

        Assert.True(largest < 1e-5, $"Values differ by up to {largest}; the largest is {expected.Max()}.");
    }

    /// <summary>The graph in ONNX Runtime, opened once.</summary>
    public sealed class Reference : IDisposable
    {
        internal OnnxImageEncoder Graph { get; } = new(_path, new() { IntraOpThreads = Environment.ProcessorCount });

        public void Dispose() => Graph.Dispose();
    }
}

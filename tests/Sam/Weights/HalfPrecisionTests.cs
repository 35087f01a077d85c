using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Models;
using Segmentation.Onnx;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Tests.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Tests.Weights;

/// <summary>Graphs in 16-bit floats; the CPU computes them too, slowly.</summary>
public sealed class HalfPrecisionTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    [Fact]
    public void Encode_Float16_KeepsTheMasks()
    {
        using var encoder = new ImageEncoder(
            ModelCatalog.Default.Open().EncoderPath,
            new RuntimeOptions
            {
                EncoderPrecision = EncoderPrecision.Float16,
                IntraOpThreads = Environment.ProcessorCount,
            });

        var ious = model.CompareMasks(image =>
        {
            var file = File.ReadAllBytes(TestData.Path("images", image));
            var pixels = ImageReader.ReadForModel(file, ImageLimits.Default, CancellationToken.None);
            var values = new float[encoder.EmbeddingLength];
            encoder.Encode([pixels], values, CancellationToken.None);
            return model.Segmenter.Prepare(values, pixels.Geometry, CancellationToken.None);
        });

        var measured = $"Mean IoU {ious.Average():0.00000}, least {ious.Min():0.00000} of {ious.Count}";
        TestContext.Current.TestOutputHelper!.WriteLine(measured);
        Assert.True(ious.Average() >= 0.99, measured);
        Assert.True(ious.Average() < 1, "Nothing was computed in 16 bits.");
    }

    [Fact]
    public void Make_WeightsWithAScaleBelow16Bits_ComputesThemBeforeRounding()
    {
        // 20,000 x 1e-8: the scale alone would be 0 in 16 bits.
        var path = Write(TinyGraph.Create(
            2,
            2,
            [
                TinyGraph.ToFloat("cast", "stored"),
                TinyGraph.Node("Mul", "weight", "cast", "scale"),
                TinyGraph.Node("MatMul", "y", "x", "weight"),
            ],
            TinyGraph.Weights("stored", (short[])[20_000, 0, 0, 20_000], 2, 2),
            TinyGraph.Weights("scale", (float[])[1e-8f, 1e-8f], 1, 2)));

        Assert.Equal(0.2f, Run(path, 1000), 1e-3f);
    }

    [Fact]
    public void Make_AnyGraph_RoundsTo16Bits()
    {
        // Beside 1, floats of 16 bits are 2^-10 apart.
        var path = Write(TinyGraph.Create(2, 2, [TinyGraph.Node("Add", "y", "x", "bias")],
            TinyGraph.Weights("bias", (float[])[1.0005f, 0], 1, 2)));

        Assert.Equal(1 + MathF.Pow(2, -10), Run(path, 0));
    }

    [Fact]
    public void Make_QuantisedGraph_NamesTheOperator()
    {
        var path = Write(TinyGraph.Create(2, 2, [TinyGraph.Node("DequantizeLinear", "y", "x", "scale")]));

        var error = Assert.Throws<InvalidDataException>(() => HalfPrecision.Make(path));

        Assert.Contains("DequantizeLinear", error.Message, StringComparison.Ordinal);
        Assert.Contains("32 bits", error.Message, StringComparison.Ordinal);
    }

    private static string Write(ModelProto graph)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("segmentation-half-").FullName, "graph.onnx");
        File.WriteAllBytes(path, graph.ToByteArray());
        return path;
    }

    /// <summary>The first value that the graph in 16 bits gives for an input of equal values.</summary>
    private static float Run(string path, float input)
    {
        using var session = new InferenceSession(HalfPrecision.Make(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        using var binding = new DeviceBinding(session, BindingMemory.Host);
        binding.Input<float>("x", 1, 2).Fill(input);
        binding.Output<float>("y", 1, 2);
        binding.Run(TestContext.Current.CancellationToken);
        return binding.Read<float>("y")[0];
    }
}

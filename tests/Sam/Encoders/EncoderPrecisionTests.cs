using Segmentation.Models;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Tests.Encoders;

/// <summary>The encoder in 8 bits.</summary>
public sealed class EncoderPrecisionTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    private static readonly RuntimeOptions _int8 = new()
    {
        EncoderPrecision = EncoderPrecision.Int8,
        IntraOpThreads = Environment.ProcessorCount,
    };

    [Fact]
    public void Encode_Int8_KeepsTheMasks()
    {
        using var encoder = new ImageEncoder(ModelCatalog.Default.Open().EncoderPath, _int8);

        var ious = model.CompareMasks(image => Prepare(encoder, image));

        var measured = $"Mean IoU {ious.Average():0.00000}, least {ious.Min():0.00000} of {ious.Count}";
        TestContext.Current.TestOutputHelper!.WriteLine(measured);
        Assert.True(ious.Average() >= 0.98, measured);
        Assert.True(ious.Average() < 1, "Nothing was computed in 8 bits.");
    }

    [Fact]
    public void ImageEncoder_Int8OnAnotherProvider_SaysWhatToChoose()
    {
        var error = Assert.Throws<RuntimeUnavailableException>(() => new ImageEncoder(
            ModelCatalog.Default.Open().EncoderPath, _int8 with { Provider = ExecutionProvider.Cuda }));

        Assert.Contains("Int8", error.Message, StringComparison.Ordinal);
        Assert.Contains("Cuda", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Int8Products_OfAGraphWithoutBlocks_SaysWhatToDo()
    {
        var path = ModelCatalog.Default.Open().MaskPath;

        var error = Assert.Throws<InvalidDataException>(() => Int8Products.Make(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("32 bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Int8Products_OfNoGraph_NamesTheFile()
    {
        var path = TestData.Path("images", "coffee.png");

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Int8Products.Make(path)).Message, StringComparison.Ordinal);
    }

    private PreparedImage Prepare(ImageEncoder encoder, string image)
    {
        var file = File.ReadAllBytes(TestData.Path("images", image));
        var pixels = ImageReader.ReadForModel(file, ImageLimits.Default, CancellationToken.None);
        var values = new float[encoder.EmbeddingLength];
        encoder.Encode([pixels], values, CancellationToken.None);
        return model.Segmenter.Prepare(values, pixels.Geometry, CancellationToken.None);
    }
}

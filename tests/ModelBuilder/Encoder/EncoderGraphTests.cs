using Segmentation.ModelBuilder.Encoder;
using Segmentation.ModelBuilder.Tests.Published;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Tests.Encoder;

public sealed class EncoderGraphTests
{
    private const int Side = 1024;
    private const float Tolerance = 2e-3f;

    [Fact]
    public void Encode_TinyVit_EqualsThePublishedForm() => AssertEncodes(PublishedTinyVit.Build());

    [Fact]
    public void Encode_UnknownLayout_EqualsThePublishedForm() => AssertEncodes(PublishedPatchEncoder.Build());

    [Fact]
    public void Build_Decoder_NamesItsInputs()
    {
        var error = Assert.Throws<ModelFormatException>(() => EncoderGraph.Build(PublishedDecoder.Build()));

        Assert.Contains(
            "one float32 input [1,3,1024,1024], this has image_embeddings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_TinyVit_StoresWeightsInSixteenBits()
    {
        var published = PublishedTinyVit.Build();

        var size = EncoderGraph.Build(published).CalculateSize();

        Assert.True(size < 0.6 * published.Model.CalculateSize(), $"{size} bytes");
    }

    // Two images of different sizes in one batch; what lies outside of them is noise that must not matter.
    private static void AssertEncodes(PublishedWeights published)
    {
        (int Height, int Width)[] sizes = [(683, Side), (Side, 301)];
        var random = new Random(9);
        var pixels = new byte[sizes.Length * Side * Side * 3];
        random.NextBytes(pixels);

        using var ours = new GraphRunner(EncoderGraph.Build(published));
        var embedding = ours.Run(
            ("pixels", GraphRunner.Value(pixels, sizes.Length, Side, Side, 3)),
            ("sizes", GraphRunner.Value(
                sizes.SelectMany(size => new long[] { size.Height, size.Width }).ToArray(), sizes.Length, 2)))[0];

        Assert.Equal([sizes.Length, 256, 64, 64], embedding.Shape);
        using var reference = new GraphRunner(published.Model);
        var length = embedding.Values.Length / sizes.Length;
        for (var i = 0; i < sizes.Length; i++)
        {
            var planes = Normalise(pixels.AsSpan(i * Side * Side * 3, Side * Side * 3), sizes[i]);
            var input = published.Model.Graph.Input[0].Name;
            var expected = reference.Run((input, GraphRunner.Value(planes, 1, 3, Side, Side)))[0].Values;
            var actual = embedding.Values.AsSpan(i * length, length);
            Assert.True(expected.Max() > 100 * Tolerance, "The embedding should not be flat.");
            for (var at = 0; at < length; at++)
            {
                Assert.Equal(expected[at], actual[at], Tolerance);
            }
        }
    }

    // Reference: Sam.preprocess.
    private static float[] Normalise(ReadOnlySpan<byte> pixels, (int Height, int Width) size)
    {
        float[] mean = [123.675f, 116.28f, 103.53f];
        float[] deviation = [58.395f, 57.12f, 57.375f];
        var planes = new float[3 * Side * Side];
        for (var row = 0; row < size.Height; row++)
        {
            for (var column = 0; column < size.Width; column++)
            {
                for (var plane = 0; plane < 3; plane++)
                {
                    var value = pixels[(((row * Side) + column) * 3) + plane];
                    planes[(((plane * Side) + row) * Side) + column] = (value - mean[plane]) / deviation[plane];
                }
            }
        }

        return planes;
    }
}

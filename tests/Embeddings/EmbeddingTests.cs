using CsCheck;

namespace Segmentation.Embeddings.Tests;

public sealed class EmbeddingTests
{
    [Fact]
    public void FromSingle_AndBack_LosesLessThanAThousandth()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, Embedding.Length).Select(_ => (random.NextSingle() - 0.5f) * 4).ToArray();
        var back = new float[Embedding.Length];

        Embedding.FromSingle(new EmbeddingInfo(1, 1, 1, "image/png"), values).CopyTo(back);

        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], back[i], Math.Max(Math.Abs(values[i]) / 1000, 1e-6));
        }
    }

    [Fact]
    public void Constructor_AnotherLength_IsRefused() => Gen.Int[0, Embedding.Length * 2].Sample(length =>
    {
        if (length != Embedding.Length * 2)
        {
            Assert.Throws<ArgumentException>(
                () => new Embedding(new EmbeddingInfo(1, 1, 1, "image/png"), new byte[length]));
        }
    }, iter: 20);
}

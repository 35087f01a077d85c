using Segmentation.Embeddings;
using Segmentation.Embeddings.Storage;
using Segmentation.Sam.Decoding;

namespace Segmentation.Sam.Tests.Parity;

/// <summary>Masks of stored embeddings against those of the encoder's own 32 bits, over all golden prompts.</summary>
public sealed class StoredEmbeddingTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    [Theory]
    [InlineData(EmbeddingEncoding.Float16, 0.999)]
    [InlineData(EmbeddingEncoding.Int8, 0.99)]
    public void Segment_StoredEmbedding_KeepsTheMasks(EmbeddingEncoding encoding, double leastMeanIoU)
    {
        var ious = model.CompareMasks(image => Store(image, encoding));

        var measured = $"{encoding}: mean IoU {ious.Average():0.00000}, least {ious.Min():0.00000} of {ious.Count}";
        TestContext.Current.TestOutputHelper!.WriteLine(measured);
        Assert.True(ious.Average() >= leastMeanIoU, measured);
    }

    [Fact]
    public void Restore_PreparedImage_IsTheEmbeddingItWasMadeOf()
    {
        foreach (var image in model.Cases.Select(c => c.Image).Distinct())
        {
            var (geometry, values) = model.Embedding(image);
            var info = new EmbeddingInfo(geometry.Width, geometry.Height, 1, "image/png");
            var stored = Embedding.FromSingle(info, values);
            var read = new float[Embedding.Length];
            stored.CopyTo(read);
            var prepared = model.Segmenter.Prepare(read, geometry, CancellationToken.None);

            var restored = new float[Embedding.Length];
            model.Segmenter.Restore(prepared, restored, default);

            // A value near zero may lose its last bit, which is a millionth: nothing that a mask shows.
            Assert.True(read.Zip(restored, (a, b) => Math.Abs(a - b)).Max() < 1e-6f);
            var again = Embedding.FromSingle(info, restored).Float16.Span;
            var others = 0;
            for (var i = 0; i < again.Length; i++)
            {
                others += again[i] == stored.Float16.Span[i] ? 0 : 1;
            }

            TestContext.Current.TestOutputHelper!.WriteLine($"{image}: {others} of {again.Length} bytes are others");
            Assert.True(others < again.Length / 1000);
        }
    }

    private PreparedImage Store(string image, EmbeddingEncoding encoding)
    {
        var (geometry, values) = model.Embedding(image);
        var info = new EmbeddingInfo(geometry.Width, geometry.Height, 1, "image/png");
        var bytes = EmbeddingCodec.Encode(Embedding.FromSingle(info, values), encoding);
        Assert.InRange(bytes.Length, 1, encoding == EmbeddingEncoding.Int8 ? 1_100_000 : EmbeddingCodec.EncodedSize);
        var read = new float[Embedding.Length];
        EmbeddingCodec.Decode(bytes).Value!.CopyTo(read);
        return model.Segmenter.Prepare(read, geometry, CancellationToken.None);
    }
}

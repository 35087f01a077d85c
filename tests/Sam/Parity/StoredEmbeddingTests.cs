using Segmentation.Embeddings;
using Segmentation.Embeddings.Storage;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Masks;

namespace Segmentation.Sam.Tests.Parity;

/// <summary>Masks of stored embeddings against those of the encoder's own 32 bits, over all golden prompts.</summary>
public sealed class StoredEmbeddingTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    [Theory]
    [InlineData(EmbeddingEncoding.Float16, 0.999)]
    [InlineData(EmbeddingEncoding.Int8, 0.99)]
    public void Segment_StoredEmbedding_KeepsTheMasks(EmbeddingEncoding encoding, double leastMeanIoU)
    {
        var stored = model.Cases.Select(c => c.Image).Distinct().ToDictionary(i => i, i => Store(i, encoding));
        var exact = stored.Keys.ToDictionary(image => image, model.Prepare);
        var ious = new List<double>();
        foreach (var golden in model.Cases.Where(c => c.MaskInput is null))
        {
            var count = golden.Multimask ? MaskCount.Three : MaskCount.One;
            var before = Segment(exact[golden.Image], golden, count);
            var after = Segment(stored[golden.Image], golden, count);
            ious.AddRange(before.Join(after, m => m.Token, m => m.Token, (a, b) => a.RunLengths.IoU(b.RunLengths)));
        }

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
            model.Segmenter.Restore(prepared, restored, CancellationToken.None);

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

    private IReadOnlyList<SegmentedMask> Segment(PreparedImage image, GoldenCase golden, MaskCount count) =>
        model.Segmenter.Segment(
            image,
            [golden.ToPrompt()],
            new SegmentOptions { MaskCount = count },
            model.Segmenter.CreateWorkspace(),
            CancellationToken.None)[0];
}

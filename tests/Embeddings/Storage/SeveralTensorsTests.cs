using System.Buffers.Binary;
using System.IO.Hashing;
using CsCheck;
using Segmentation.Embeddings.Storage;

namespace Segmentation.Embeddings.Tests.Storage;

/// <summary>Embeddings of models with more tensors than one, and the form of those with one.</summary>
public sealed class SeveralTensorsTests
{
    private static readonly StoredEmbedding _stored =
        EmbeddingCodec.EncodeAll(Samples.WideEmbedding(), EmbeddingEncoding.Float16);

    [Fact]
    public void Encode_OneTensor_IsVersion1ByteForByte()
    {
        var embedding = Samples.Embedding();
        var expected = EarlierVersion.Write(embedding);

        var stored = EmbeddingCodec.EncodeAll(embedding, EmbeddingEncoding.Float16);

        Assert.Null(stored.Others);
        Assert.True(expected.AsSpan().SequenceEqual(stored.First));
        Assert.False(EmbeddingCodec.HasOthers(expected));
        Assert.True(EmbeddingCodec.Decode(expected).Value!.Float16.Span.SequenceEqual(embedding.Float16.Span));
    }

    [Fact]
    public void Decode_BothValues_IsTheSame()
    {
        var embedding = Samples.WideEmbedding();

        var decoded = EmbeddingCodec.Decode(_stored.First, _stored.Others);

        Assert.Equal(EmbeddingCodec.EncodedSize, _stored.First.Length);
        Assert.True(EmbeddingCodec.HasOthers(_stored.First));
        Assert.Equal(embedding.Info, EmbeddingCodec.DecodeHeader(_stored.First.AsSpan(0, 128)).Value);
        Assert.Equal(CodecStatus.Ok, decoded.Status);
        Assert.Equal(embedding.Info, decoded.Value!.Info);
        Assert.True(embedding.Float16.Span.SequenceEqual(decoded.Value.Float16.Span));
    }

    [Fact]
    public void Decode_WrittenInEightBits_IsWithinAStepOfItsBlock()
    {
        var values = new float[Samples.WideLength];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (1 + i / 4096 % 7) * MathF.Sin(i);
        }

        var stored = EmbeddingCodec.EncodeAll(
            Embedding.FromSingle(Samples.Embedding().Info, values), EmbeddingEncoding.Int8);
        var read = new float[values.Length];
        EmbeddingCodec.Decode(stored.First, stored.Others).Value!.CopyTo(read);

        Assert.InRange(stored.First.Length + stored.Others!.Length, values.Length, values.Length * 1.01);
        for (var i = 0; i < values.Length; i++)
        {
            // Half a step of 8 bits, and the rounding of 16 bits.
            var step = (1 + i / 4096 % 7) / 127f;
            Assert.True(Math.Abs(values[i] - read[i]) <= 0.7f * step, $"{values[i]} became {read[i]}");
        }
    }

    [Fact]
    public void Decode_SecondValueMissing_IsDamaged() =>
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(_stored.First).Status);

    [Fact]
    public void Decode_SecondValueOfAnotherWrite_IsDamaged()
    {
        var other = EmbeddingCodec.EncodeAll(Samples.WideEmbedding(seed: 2), EmbeddingEncoding.Float16);
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(_stored.First, other.Others).Status);
    }

    [Fact]
    public void Decode_AnyByteOfTheSecondValueChanged_IsDetected()
    {
        var others = _stored.Others!.ToArray();
        Gen.Select(Gen.Int[0, others.Length - 1], Gen.Byte[1, 255]).Sample((position, change) =>
        {
            others[position] ^= change;
            var status = EmbeddingCodec.Decode(_stored.First, others).Status;
            others[position] ^= change;
            Assert.Equal(CodecStatus.Damaged, status);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void Decode_SecondValueCutOrLonger_IsDamaged()
    {
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(_stored.First, _stored.Others.AsMemory(..^1)).Status);
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(_stored.First, (byte[])[.. _stored.Others!, 0]).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Decode_ImpossibleCountWithARightChecksum_IsDamaged(int count)
    {
        var first = _stored.First.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(first.AsSpan(100), count);
        BinaryPrimitives.WriteUInt64LittleEndian(first.AsSpan(120), XxHash3.HashToUInt64(first.AsSpan(0, 120)));

        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(first, _stored.Others).Status);
    }

    [Fact]
    public void Encode_SeveralTensorsIntoOneValue_IsRefused() =>
        Assert.Throws<ArgumentException>(() => EmbeddingCodec.Encode(Samples.WideEmbedding()));
}

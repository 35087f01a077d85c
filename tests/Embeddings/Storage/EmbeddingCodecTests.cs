using CsCheck;
using Segmentation.Embeddings.Storage;

namespace Segmentation.Embeddings.Tests.Storage;

public sealed class EmbeddingCodecTests
{
    private static readonly byte[] _encoded = EmbeddingCodec.Encode(Samples.Embedding());

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("")]
    [InlineData("application/vnd.a-media-type-of-exactly-63-characters.which-fit")]
    public void Decode_WhatEncodeWrote_IsTheSame(string mediaType)
    {
        var embedding = Samples.Embedding(mediaType: mediaType);
        var bytes = EmbeddingCodec.Encode(embedding);

        var decoded = EmbeddingCodec.Decode(bytes);

        Assert.Equal(EmbeddingCodec.EncodedSize, bytes.Length);
        Assert.Equal(CodecStatus.Ok, decoded.Status);
        Assert.Equal(embedding.Info, decoded.Value!.Info);
        Assert.True(embedding.Float16.Span.SequenceEqual(decoded.Value.Float16.Span));
    }

    [Fact]
    public void Decode_WrittenInEightBits_IsWithinHalfAStep()
    {
        var values = new float[Embedding.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // Channel 0 stays zero; the others differ in magnitude.
            values[i] = i / 4096 * 0.01f * MathF.Sin(i);
        }

        var bytes = EmbeddingCodec.Encode(
            Embedding.FromSingle(Samples.Embedding().Info, values), EmbeddingEncoding.Int8);
        var read = new float[Embedding.Length];
        EmbeddingCodec.Decode(bytes).Value!.CopyTo(read);

        Assert.Equal(EmbeddingCodec.CompactSize, bytes.Length);
        Assert.InRange(bytes.Length, 0, 1_100_000);
        for (var i = 0; i < values.Length; i++)
        {
            var step = i / 4096 * 0.01f / 127;
            Assert.True(Math.Abs(values[i] - read[i]) <= 0.7f * step, $"{values[i]} became {read[i]}");
        }

        bytes[^1] ^= 1;
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(bytes).Status);
    }

    [Fact]
    public void DecodeHeader_OnlyTheHeader_TellsTheImage()
    {
        var header = EmbeddingCodec.DecodeHeader(_encoded.AsSpan(0, EmbeddingCodec.HeaderSize));
        Assert.Equal(CodecStatus.Ok, header.Status);
        Assert.Equal(Samples.Embedding().Info, header.Value);
    }

    [Fact]
    public void Encode_Size_IsWithinTheBoundOfTheStore() => Assert.InRange(EmbeddingCodec.EncodedSize, 0, 2_100_000);

    [Theory]
    [InlineData("image/a-media-type-of-sixty-four-characters-which-is-one-too-man")]
    [InlineData("image/jpég")]
    public void Encode_MediaTypeThatDoesNotFit_IsRefused(string mediaType) =>
        Assert.Throws<ArgumentException>(() => EmbeddingCodec.Encode(Samples.Embedding(mediaType: mediaType)));

    [Fact]
    public void DecodeHeader_AnyByteOfItChanged_IsDetected()
    {
        for (var position = 0; position < EmbeddingCodec.HeaderSize; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var header = _encoded[..EmbeddingCodec.HeaderSize];
                header[position] ^= (byte)(1 << bit);
                var expected = position is 4 or 5 ? CodecStatus.UnknownVersion : CodecStatus.Damaged;
                Assert.Equal(expected, EmbeddingCodec.DecodeHeader(header).Status);
            }
        }
    }

    [Fact]
    public void Decode_AnyByteOfTheValuesChanged_IsDetected()
    {
        var bytes = _encoded.ToArray();
        var changes = Gen.Select(
            Gen.Int[EmbeddingCodec.HeaderSize, EmbeddingCodec.EncodedSize - 1], Gen.Byte[1, 255]);
        changes.Sample((position, change) =>
        {
            bytes[position] ^= change;
            var status = EmbeddingCodec.Decode(bytes).Status;
            bytes[position] ^= change;
            Assert.Equal(CodecStatus.Damaged, status);
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void Decode_Truncated_IsDamaged() => Gen.Int[0, EmbeddingCodec.EncodedSize - 1].Sample(
        length => Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(_encoded.AsMemory(0, length)).Status),
        iter: 200);

    [Fact]
    public void Decode_Longer_IsDamaged() =>
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode((byte[])[.. _encoded, 0]).Status);

    [Fact]
    public void Decode_RandomBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(
        bytes => Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.Decode(bytes).Status));

    [Theory]
    [InlineData(7, 64)]
    [InlineData(7, 255)]
    [InlineData(6, 3)]
    [InlineData(8, 1)]
    [InlineData(23, 0x80)]
    [InlineData(36, 0xff)]
    public void DecodeHeader_ImpossibleFieldWithARightChecksum_IsDamaged(int position, byte value)
    {
        var header = _encoded[..EmbeddingCodec.HeaderSize];
        header[position] = value;
        var checksum = System.IO.Hashing.XxHash3.HashToUInt64(header.AsSpan(0, 120));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(120), checksum);
        Assert.Equal(CodecStatus.Damaged, EmbeddingCodec.DecodeHeader(header).Status);
    }
}

using System.Buffers.Binary;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Writes lossless WebPs bit by bit, also such as no encoder would.</summary>
internal sealed class LosslessBits
{
    private readonly List<byte> _bytes = [];
    private ulong _bits;
    private int _count;

    /// <summary>A picture of one colour whose tiles each name one of many groups of codes.</summary>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="groups">Groups; tiles name them in turn.</param>
    /// <param name="tileBits">Logarithm of a tile's side.</param>
    /// <param name="hasTransforms">Transforms with small pictures of their own come first.</param>
    public static byte[] OfGroups(int width, int height, int groups, int tileBits, bool hasTransforms = false)
    {
        var writer = new LosslessBits();
        if (hasTransforms)
        {
            writer.AddTransforms();
        }

        // No transform follows, there is no cache of colours, but there are groups.
        writer.Add(0, 1).Add(0, 1).Add(1, 1).Add(tileBits - 2, 3).Add(0, 1);
        writer.AddBytesCode(280).AddBytesCode(256).AddSingle(0).AddSingle(0).AddSingle(0);
        var tiles = (width + (1 << tileBits) - 1 >> tileBits) * (height + (1 << tileBits) - 1 >> tileBits);
        for (var tile = 0; tile < tiles; tile++)
        {
            writer.AddByte(tile % groups & 255).AddByte(tile % groups >> 8);
        }

        for (var code = 0; code < groups * 5; code++)
        {
            writer.AddSingle(code & 1);
        }

        return writer.Add(0, 32).ToStream();
    }

    /// <summary>A file of one picture.</summary>
    public static byte[] File(int width, int height, byte[] stream) => Riff(Picture(width, height, stream));

    /// <summary>An animation of one frame.</summary>
    public static byte[] Animation(int width, int height, byte[] stream)
    {
        var size = Size(width, height);
        byte[] frame = [0, 0, 0, 0, 0, 0, .. size, 40, 0, 0, 0, .. Picture(width, height, stream)];
        return Riff(
        [
            .. Chunk("VP8X"u8, [2, 0, 0, 0, .. size]), .. Chunk("ANIM"u8, new byte[6]), .. Chunk("ANMF"u8, frame),
        ]);
    }

    /// <summary>A lossy picture with transparency.</summary>
    public static byte[] Transparent(int width, int height, byte[] alpha)
    {
        byte[] lossy =
        [
            0x10, 0, 0, 0x9D, 0x01, 0x2A, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 0,
        ];
        return Riff(
        [
            .. Chunk("VP8X"u8, [0x10, 0, 0, 0, .. Size(width, height)]),
            .. Chunk("ALPH"u8, [1, .. alpha]), .. Chunk("VP8 "u8, lossy),
        ]);
    }

    private static byte[] Picture(int width, int height, byte[] stream)
    {
        byte[] content = [0x2F, 0, 0, 0, 0, .. stream];
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(1), width - 1 | (height - 1) << 14);
        return Chunk("VP8L"u8, content);
    }

    private static byte[] Size(int width, int height) =>
        [(byte)(width - 1), (byte)(width - 1 >> 8), 0, (byte)(height - 1), (byte)(height - 1 >> 8), 0];

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] chunk = [.. type, 0, 0, 0, 0, .. content, .. new byte[content.Length & 1]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), content.Length);
        return chunk;
    }

    private static byte[] Riff(byte[] chunks)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. chunks];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    // A predictor and a colour transform of one value each, and green taken from the other colours.
    private void AddTransforms()
    {
        foreach (var kind in new[] { 0, 1 })
        {
            Add(1, 1).Add(kind, 2).Add(7, 3).Add(0, 1);
            AddSingle(1).AddSingle(0).AddSingle(1).AddSingle(0).AddSingle(0);
        }

        Add(1, 1).Add(2, 2);
    }

    private LosslessBits AddSingle(int symbol) => Add(1, 1).Add(0, 1).Add(0, 1).Add(symbol, 1);

    /// <summary>A code in which the first 256 symbols have 8 bits each.</summary>
    private LosslessBits AddBytesCode(int symbols)
    {
        // Lengths 0 and 8 have one bit each; in the order of the format they are the 3rd and the 12th.
        Add(0, 1).Add(8, 4);
        for (var place = 0; place < 12; place++)
        {
            Add(place is 2 or 11 ? 1 : 0, 3);
        }

        Add(0, 1);
        for (var symbol = 0; symbol < symbols; symbol++)
        {
            Add(symbol < 256 ? 1 : 0, 1);
        }

        return this;
    }

    // Codes are written from their highest bit on.
    private LosslessBits AddByte(int value)
    {
        for (var bit = 7; bit >= 0; bit--)
        {
            Add(value >> bit & 1, 1);
        }

        return this;
    }

    private LosslessBits Add(int value, int count)
    {
        _bits |= (ulong)(uint)value << _count;
        for (_count += count; _count >= 8; _count -= 8, _bits >>= 8)
        {
            _bytes.Add((byte)_bits);
        }

        return this;
    }

    private byte[] ToStream() => [.. _bytes, (byte)_bits];
}

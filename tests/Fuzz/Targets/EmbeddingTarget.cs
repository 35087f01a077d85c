using System.Buffers.Binary;
using System.IO.Hashing;
using Segmentation.Embeddings;
using Segmentation.Embeddings.Storage;
using Segmentation.Fuzz.Engine;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Stored embeddings: a choice, the header's 128 bytes, then changes of the values, each of an offset of three bytes
/// and a byte. Checksums are put right by choice.
/// </summary>
internal sealed class EmbeddingTarget : IFuzzTarget
{
    private const int HashesRight = 1;
    private const int Cut = 2;
    private const int EveryWhole = 16;

    private static readonly EmbeddingInfo _info = new(640, 480, 12345, "image/png");
    private readonly byte[] _whole = EmbeddingCodec.Encode(Sample(), EmbeddingEncoding.Float16);
    private readonly byte[] _compact = EmbeddingCodec.Encode(Sample(), EmbeddingEncoding.Int8);

    public int MaxLength => 1 + EmbeddingCodec.HeaderSize + 256;

    public IReadOnlyList<byte[]> Words => [[.. "SEGE"u8], [.. "image/"u8], [0, 1, 0, 0], [64, 0, 0, 0]];

    public IEnumerable<byte[]> Seeds =>
    [
        [0, .. _whole[..EmbeddingCodec.HeaderSize]],
        [HashesRight, .. _whole[..EmbeddingCodec.HeaderSize], 0, 0, 0, 0xFF, 9, 9, 1, 0x7C],
        [HashesRight, .. _compact[..EmbeddingCodec.HeaderSize], 0, 0, 0, 0xFF, 3, 0, 0, 0x7F],
        [HashesRight | Cut, .. _compact[..EmbeddingCodec.HeaderSize]],
    ];

    public long AllocationLimit(int length) => 32L * 1024 * 1024;

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var choice = bytes.Byte();
        var header = bytes.Rest[..Math.Min(bytes.Rest.Length, EmbeddingCodec.HeaderSize)].ToArray();
        var isWhole = header.Length == EmbeddingCodec.HeaderSize;
        if ((choice & HashesRight) != 0 && isWhole)
        {
            RepairHeader(header);
        }

        var read = EmbeddingCodec.DecodeHeader(header);
        Require.That(read.Status == CodecStatus.Ok == read.Value is not null);
        if (read.Value is { } info)
        {
            Require.That(info.Width > 0 && info.Height > 0 && info.SizeBytes >= 0 && info.MediaType.Length <= 63);
        }

        if (isWhole && InputBytes.RandomOf(input).Next(EveryWhole) == 0)
        {
            RunWhole(choice, header, bytes.Rest[EmbeddingCodec.HeaderSize..]);
        }
    }

    private void RunWhole(byte choice, byte[] header, ReadOnlySpan<byte> changes)
    {
        var value = (header[6] == 2 ? _compact : _whole).ToArray();
        for (; changes.Length >= 4; changes = changes[4..])
        {
            var at = changes[0] | (changes[1] << 8) | (changes[2] << 16);
            value[EmbeddingCodec.HeaderSize + (at % (value.Length - EmbeddingCodec.HeaderSize))] = changes[3];
        }

        header.CopyTo(value, 0);
        if ((choice & HashesRight) != 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(
                value.AsSpan(112), XxHash3.HashToUInt64(value.AsSpan(EmbeddingCodec.HeaderSize)));
            RepairHeader(value);
        }

        var decoded = EmbeddingCodec.Decode((choice & Cut) != 0 ? value.AsMemory(0, value.Length - choice) : value);
        Require.That(decoded.Status == CodecStatus.Ok == decoded.Value is not null);
        if (decoded.Value is { } embedding)
        {
            // Values that are no numbers are stored like others; reading and writing them has to come to an end.
            foreach (var encoding in Enum.GetValues<EmbeddingEncoding>())
            {
                var again = EmbeddingCodec.Decode(EmbeddingCodec.Encode(embedding, encoding));
                Require.That(again.Value?.Info == embedding.Info);
            }
        }
    }

    private static void RepairHeader(Span<byte> header) =>
        BinaryPrimitives.WriteUInt64LittleEndian(header[120..], XxHash3.HashToUInt64(header[..120]));

    private static Embedding Sample()
    {
        var values = new float[Embedding.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((i * 31) % 200) - 100;
        }

        return Embedding.FromSingle(_info, values);
    }
}

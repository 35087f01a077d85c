using System.Buffers;
using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Seeds;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// The scanner of protobuf's wire format beside protobuf's own parser: what the scanner lets through stays within
/// bounds, what the parser takes is refused for its size only. The first byte chooses the message.
/// </summary>
internal sealed class WireTarget : IFuzzTarget
{
    // Most of an object of protobuf's, its place in a list, and what an unknown field takes.
    private const int BytesOfObject = 400;

    public int MaxLength => 8192;

    public IReadOnlyList<byte[]> Words =>
    [
        [0x0A, 0x00], [0x12, 0x00], [0x1A, 0x00], [0x22, 0x00], [0x08, 0x01], [0x0B, 0x0C], [0x13, 0x14],
        [0xFA, 0x3F, 0x00], [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01], [0xFA, 0xFF, 0xFF, 0xFF, 0x07, 0x00],
        [0x88, 0x80, 0x80, 0x80, 0x80, 0x00], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x0D, 0, 0, 0, 0], [0x09, 0, 0, 0, 0, 0, 0, 0, 0],
    ];

    public IEnumerable<byte[]> Seeds => Messages.Wire;

    public long AllocationLimit(int length) => (256 * 1024) + (2L * BytesOfObject * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var type = Messages.TypeOf(bytes.Byte());
        var wire = bytes.Rest.ToArray();
        var refusal = WireScanner.Scan(new ReadOnlySequence<byte>(wire), type);
        CheckPieces(wire, type, refusal, InputBytes.RandomOf(input));
        IMessage message;
        try
        {
            message = type.Parser.ParseFrom(wire);
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        var hasOddities = WireOddities.HasAny(wire, type);
        if (refusal is null)
        {
            Require.That(hasOddities || IsWithinBounds(message), () => $"{message}");
        }
        else
        {
            // Groups, which proto3 does not have, and tags of more than 32 bits are refused although the parser skips
            // them.
            Require.That(refusal.Field is not null || hasOddities, () => $"{message}");
        }
    }

    /// <summary>Bytes that come in pieces are refused for the same reason as those that come at once.</summary>
    private static void CheckPieces(byte[] wire, MessageDescriptor type, ScanRefusal? expected, Random random)
    {
        var scanner = new WireScanner(type);
        ScanRefusal? refusal = null;
        for (var at = 0; at < wire.Length && refusal is null;)
        {
            var length = Math.Min(random.Next(1, 40), wire.Length - at);
            refusal = scanner.Scan(wire.AsSpan(at, length));
            at += length;
        }

        Require.That(refusal == expected, () => $"{refusal} in pieces, {expected} at once");
    }

    private static bool IsWithinBounds(IMessage message) => message.Descriptor.Fields.InDeclarationOrder().All(field =>
        field.Accessor.GetValue(message) switch
        {
            IList list => list.Count <= RequestBounds.ElementsOf(field) && list.OfType<IMessage>().All(IsWithinBounds),
            IMessage inner => IsWithinBounds(inner),
            _ => true,
        });
}

using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Segmentation.Fuzz.Targets;

/// <summary>What protobuf's parser takes although no writer makes it.</summary>
internal static class WireOddities
{
    private const int LongestTag = 5;

    /// <summary>
    /// Tells that a message has groups, tags and lengths of more bytes than 32 bits take, or a message for a field that
    /// has one already and joins it.
    /// </summary>
    /// <param name="wire">A message that the parser takes.</param>
    /// <param name="type">Its type.</param>
    public static bool HasAny(ReadOnlySpan<byte> wire, MessageDescriptor type)
    {
        var joined = new HashSet<FieldDescriptor>();
        for (var at = 0; at < wire.Length;)
        {
            if (!TryVarint(wire, ref at, out var tag, out var length) || length > LongestTag || tag > uint.MaxValue)
            {
                return true;
            }

            switch ((WireFormat.WireType)(tag & 7))
            {
                case WireFormat.WireType.Varint:
                    TryVarint(wire, ref at, out _, out _);
                    break;
                case WireFormat.WireType.Fixed64:
                    at += 8;
                    break;
                case WireFormat.WireType.Fixed32:
                    at += 4;
                    break;
                case WireFormat.WireType.LengthDelimited:
                    if (!TryVarint(wire, ref at, out var size, out length) || length > LongestTag || size > int.MaxValue)
                    {
                        return true;
                    }

                    var field = type.FindFieldByNumber((int)(tag >> 3));
                    var content = wire.Slice(at, Math.Min((int)size, wire.Length - at));
                    if (field is { FieldType: FieldType.Message }
                        && ((!field.IsRepeated && !joined.Add(field)) || HasAny(content, field.MessageType)))
                    {
                        return true;
                    }

                    at += content.Length;
                    break;
                default:
                    return true;
            }
        }

        return false;
    }

    private static bool TryVarint(ReadOnlySpan<byte> wire, ref int at, out ulong value, out int length)
    {
        (value, length) = (0, 0);
        while (at < wire.Length && length < 10)
        {
            var one = wire[at++];
            value |= (ulong)(one & 0x7F) << (7 * length++);
            if (one < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}

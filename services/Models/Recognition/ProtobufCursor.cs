namespace Segmentation.Models.Recognition;

/// <summary>
/// Walks over the fields of a protocol buffer in a file and steps over what is not wanted, so that hundreds of
/// megabytes of weights are never read.
/// </summary>
internal sealed class ProtobufCursor(Stream stream)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;
    private int _wire;

    /// <summary>Number of the field that the cursor stands on.</summary>
    public int Field { get; private set; }

    /// <summary>True if the field is a message, a text or bytes.</summary>
    public bool IsDelimited => _wire == Delimited;

    /// <summary>Goes to the next field of a message.</summary>
    /// <param name="end">End of the message in the file.</param>
    /// <returns>False at the end.</returns>
    public bool Next(long end)
    {
        if (stream.Position >= end)
        {
            return false;
        }

        var tag = ReadVarint();
        (Field, _wire) = ((int)(tag >> 3), (int)(tag & 7));
        return Field > 0 ? true : throw new InvalidDataException("A field has the number 0.");
    }

    /// <summary>Reads the length of a message and returns its end in the file.</summary>
    /// <param name="end">End of the message around.</param>
    public long Enter(long end)
    {
        var length = ReadVarint();
        return length <= (ulong)(end - stream.Position)
            ? stream.Position + (long)length
            : throw new EndOfStreamException();
    }

    /// <summary>Reads a message, a text or bytes.</summary>
    public byte[] ReadBytes(long end)
    {
        var bytes = new byte[checked((int)(Enter(end) - stream.Position))];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads a whole number.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = stream.ReadByte();
            if (part < 0)
            {
                throw new EndOfStreamException();
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number has more than 64 bits.");
    }

    /// <summary>Steps over the field.</summary>
    public void Skip(long end)
    {
        switch (_wire)
        {
            case Varint:
                ReadVarint();
                break;
            case Fixed64:
                SkipTo(stream.Position + 8, end);
                break;
            case Delimited:
                SkipTo(Enter(end), end);
                break;
            case Fixed32:
                SkipTo(stream.Position + 4, end);
                break;
            default:
                throw new InvalidDataException($"A field has the unknown form {_wire}.");
        }
    }

    private void SkipTo(long position, long end)
    {
        if (position > end)
        {
            throw new EndOfStreamException();
        }

        stream.Position = position;
    }
}

using System.Buffers.Binary;

namespace Segmentation.Formats.Files;

/// <summary>Counts the entries of a zip archive before a library makes an object of each.</summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int MaxComment = ushort.MaxValue;
    private const int LocatorBytes = 20;
    private const int HeaderBytes = 46;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;

    /// <summary>
    /// Returns the number of entries that the directory has room for: at least what a library would make of the archive.
    /// </summary>
    /// <param name="archive">The archive, which can seek. Its position changes.</param>
    /// <exception cref="InvalidDataException">The file is no zip archive.</exception>
    public static long CountOf(Stream archive)
    {
        var tail = new byte[(int)Math.Min(archive.Length, EndBytes + MaxComment + LocatorBytes)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) == EndSignature)
            {
                var end = archive.Length - tail.Length + at;
                long count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10));
                long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
                if (start == uint.MaxValue || count == ushort.MaxValue)
                {
                    (count, start) = Count64(archive, tail, at);
                }

                // A directory that says fewer entries than it has is read to its end all the same.
                var room = Math.Max(0, end - start) / HeaderBytes;
                return Math.Max(count, room / 4);
            }
        }

        throw new InvalidDataException("The archive has no directory.");
    }

    private static (long Count, long Start) Count64(Stream archive, byte[] tail, int at)
    {
        var locator = at - LocatorBytes;
        if (locator < 0 || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator)) != LocatorSignature)
        {
            return (BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10)), 0);
        }

        var offset = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8));
        var end = new byte[56];
        if (offset < 0 || offset > archive.Length - end.Length)
        {
            throw new InvalidDataException("The archive's directory lies outside of the archive.");
        }

        archive.Position = offset;
        archive.ReadExactly(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end) == End64Signature
            ? (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(32)), BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)))
            : throw new InvalidDataException("The archive's directory is damaged.");
    }
}

using System.Buffers.Binary;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Walks a WebP's chunks. The library is given the picture, or an animation's first frame, its orientation and nothing
/// else: over frames it walks once for each of them, and stays for hours with some hundred thousand.
/// </summary>
internal static class WebPView
{
    private const int HeaderLength = 12;
    private const int ChunkHeader = 8;
    private const int ExtendedLength = 18;
    private const byte Animated = 0x02;
    private const byte HasProfile = 0x20;
    private const byte HasXmp = 0x04;

    private static readonly byte[] _padding = [0];

    /// <summary>Makes the view.</summary>
    /// <exception cref="ImageException">Decoding would cost more than a picture does.</exception>
    public static EncodedView Of(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var view = new FileView();
        var header = new byte[HeaderLength];
        view.Add(header);
        if (!TryChunk(bytes, HeaderLength, out var type, out var end))
        {
            // Less than the first chunk: the library finds no picture in it.
            return new EncodedView(FileView.Of(file)) { IsReadWhole = true, IsReadAtOnce = true };
        }

        if (type.SequenceEqual("VP8X"u8) && end >= HeaderLength + ExtendedLength)
        {
            AddExtended(view, file, end);
        }
        else
        {
            view.Add(file[HeaderLength..end]);
        }

        if ((view.Length & 1) != 0)
        {
            view.Add(_padding);
        }

        bytes[..HeaderLength].CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(view.Length - ChunkHeader));
        // A file without further chunks is passed on as it is, without a copy.
        var isSame = view.Length == file.Length && bytes[..HeaderLength].SequenceEqual(header)
            && !type.SequenceEqual("VP8X"u8);
        var given = isSame ? file : view.ToArray();
        return new EncodedView(FileView.Of(given))
        {
            IsReadWhole = true,
            IsReadAtOnce = true,
            HasCodeGroups = WebPBitstreams.Check(given.Span[HeaderLength..]),
        };
    }

    private static void AddExtended(FileView view, ReadOnlyMemory<byte> file, int at)
    {
        var bytes = file.Span;
        var extended = bytes[HeaderLength..at].ToArray();
        extended[ChunkHeader] &= unchecked((byte)~(HasProfile | HasXmp));
        view.Add(extended);
        var found = new WebPChunks(isAnimated: (extended[ChunkHeader] & Animated) != 0);
        while (at < bytes.Length)
        {
            // The library is given the beginning of a chunk that is cut off, and reports that.
            TryChunk(bytes, at, out var type, out var end);
            if (found.IsNeeded(type))
            {
                view.Add(file[at..end]);
            }

            at = end;
        }
    }

    /// <summary>Finds the end of a chunk, its padding included; where it is cut off, the end of the file.</summary>
    private static bool TryChunk(ReadOnlySpan<byte> bytes, int at, out ReadOnlySpan<byte> type, out int end)
    {
        type = default;
        end = bytes.Length;
        if (at + ChunkHeader > bytes.Length)
        {
            return false;
        }

        type = bytes.Slice(at, 4);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
        if (length > (uint)(bytes.Length - at - ChunkHeader))
        {
            return false;
        }

        // The last chunk's padding may be missing.
        end = Math.Min(bytes.Length, at + ChunkHeader + (int)length + (int)(length & 1));
        return true;
    }
}

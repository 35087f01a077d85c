using System.Buffers.Binary;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Walks a PNG's chunks. The library is given those that pixels depend on; it would keep and inflate the others, up
/// to a hundred, 50 MB each.
/// </summary>
internal static class PngView
{
    private const int SignatureLength = 8;

    // Length, type and checksum.
    private const int Frame = 12;

    private static readonly byte[] _end = [0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>
    /// Makes the view: up to the last chunk of pixels, and an end, which may be missing from the file.
    /// </summary>
    public static EncodedView Of(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var view = new FileView();
        var (from, at) = (0, SignatureLength);
        var (hasPixels, hasExif, isInterlaced) = (false, false, false);
        while (at + Frame <= bytes.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            var type = bytes.Slice(at + 4, 4);
            var isPixels = type.SequenceEqual("IDAT"u8);
            if (hasPixels && !isPixels)
            {
                break;
            }

            if (length > (uint)(bytes.Length - at - Frame))
            {
                // Pixels may be complete although their chunk is not.
                view.Add(file[from..]);
                return new EncodedView(view) { IsReadWhole = isInterlaced };
            }

            var end = at + Frame + (int)length;
            if (type.SequenceEqual("IHDR"u8) && length >= 13)
            {
                isInterlaced = bytes[at + 20] != 0;
            }

            var isExif = type.SequenceEqual("eXIf"u8) && !hasExif;
            hasExif |= isExif;
            hasPixels |= isPixels;
            if (!IsCritical(type) && !isExif && !type.SequenceEqual("tRNS"u8))
            {
                view.Add(file[from..at]);
                from = end;
            }

            at = end;
        }

        // Fewer bytes than a chunk has: the file is cut off, and the library judges it.
        var hasEnded = hasPixels && at + Frame <= bytes.Length;
        view.Add(file[from..(hasEnded ? at : bytes.Length)]);
        if (hasPixels)
        {
            view.Add(_end);
        }

        return new EncodedView(view) { IsReadWhole = isInterlaced };
    }

    /// <summary>True for chunks without which a picture cannot be shown: their type begins with a capital.</summary>
    private static bool IsCritical(ReadOnlySpan<byte> type) => (type[0] & 0x20) == 0;
}

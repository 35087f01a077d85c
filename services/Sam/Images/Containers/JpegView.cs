using System.Buffers.Binary;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Walks a JPEG's markers. The library is given no comments and no application data but JFIF, Exif, Adobe's colours and
/// colour profiles: the library keeps such segments in a list that it walks again for each further segment.
/// </summary>
internal static class JpegView
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    private static readonly byte[] _endMarker = [0xFF, EndOfImage];

    /// <summary>Makes the view.</summary>
    /// <exception cref="ImageException">There are more scans than a picture needs.</exception>
    public static EncodedView Of(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var view = new FileView();
        var kept = new JpegSegments();
        var scans = new JpegScans();
        // Bytes before this one are in the view or left out.
        var from = 0;
        var at = 2;
        var isEnded = false;
        while (!isEnded && TryMarker(bytes, ref at, out var marker))
        {
            if (marker == EndOfImage)
            {
                isEnded = true;
                break;
            }

            if (IsAlone(marker))
            {
                continue;
            }

            var start = at - 2;
            if (at + 2 > bytes.Length)
            {
                break;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            var end = at + length;
            if (length < 2 || end > bytes.Length)
            {
                break;
            }

            var content = bytes[(at + 2)..end];
            if (!kept.IsNeeded(marker, content))
            {
                view.Add(file[from..start]);
                from = end;
            }

            scans.Add(marker, content);
            at = end;
            if (marker == StartOfScan && !scans.IsOneScan)
            {
                // A scan of a few bytes may pass over all pixels: reading can be ended in front of each.
                view.Add(file[from..at]);
                view.Break();
                from = at;
            }

            if (marker == StartOfScan && scans.IsOneScan)
            {
                // The library stops after the last row; nothing that follows is looked at.
                isEnded = bytes[at..].LastIndexOf(_endMarker) >= 0;
                at = bytes.Length;
                break;
            }
        }

        view.Add(file[from..]);
        // Pixels that are missing are then told by the library's warnings, and by scans that are not there.
        var lacksOnlyEnd = !isEnded && scans.AreComplete;
        if (lacksOnlyEnd)
        {
            view.Add(_endMarker);
        }

        return new EncodedView(view)
        {
            IsReadWhole = scans.Count > 0 && !scans.IsOneScan,
            WarningsAreErrors = lacksOnlyEnd,
        };
    }

    /// <summary>
    /// Checks that a JPEG stream inside another file (a strip or a tile of a TIFF) is complete and has no more scans
    /// than a picture needs. Libraries fill missing pixels with grey and only warn.
    /// </summary>
    /// <exception cref="ImageException">There are more scans than a picture needs.</exception>
    public static bool IsWhole(ReadOnlySpan<byte> stream)
    {
        var scans = new JpegScans();
        var at = 2;
        while (TryMarker(stream, ref at, out var marker))
        {
            if (marker == EndOfImage)
            {
                return true;
            }

            if (IsAlone(marker))
            {
                continue;
            }

            if (at + 2 > stream.Length)
            {
                return false;
            }

            var end = at + BinaryPrimitives.ReadUInt16BigEndian(stream[at..]);
            if (end > stream.Length || end < at + 2)
            {
                return false;
            }

            scans.Add(marker, stream[(at + 2)..end]);
            at = end;
            if (marker == StartOfScan && scans.IsOneScan)
            {
                return stream[at..].LastIndexOf(_endMarker) >= 0;
            }
        }

        return false;
    }

    /// <summary>Finds the next marker, behind the data of a scan if there is any.</summary>
    private static bool TryMarker(ReadOnlySpan<byte> bytes, ref int at, out byte marker)
    {
        marker = 0;
        while (at < bytes.Length)
        {
            var next = bytes[at..].IndexOf((byte)0xFF);
            if (next < 0)
            {
                return false;
            }

            at += next + 1;
            if (at >= bytes.Length)
            {
                return false;
            }

            // FF 00 is a byte of data, FF FF is padding.
            if (bytes[at] is 0x00 or 0xFF)
            {
                continue;
            }

            marker = bytes[at++];
            return true;
        }

        return false;
    }

    /// <summary>True for markers without a length: restarts, and the start of an image.</summary>
    private static bool IsAlone(byte marker) => marker is 0x01 or (>= 0xD0 and <= 0xD8);
}

namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// Walks a GIF's blocks up to the end of the first frame. The library would walk all frames and keep them.
/// </summary>
internal static class GifView
{
    private const byte Extension = 0x21;
    private const byte ImageDescriptor = 0x2C;
    private const byte Control = 0xF9;
    private const int HeaderLength = 13;
    private const int DescriptorLength = 10;

    private static readonly byte[] _trailer = [0x3B];

    /// <summary>Makes the view: header, colours, the first frame with its control block, a trailer.</summary>
    public static EncodedView Of(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        if (bytes.Length < HeaderLength)
        {
            return Whole(file);
        }

        var view = new FileView();
        var at = HeaderLength + Colours(bytes[10]);
        if (at > bytes.Length)
        {
            return Whole(file);
        }

        view.Add(file[..at]);
        var control = ReadOnlyMemory<byte>.Empty;
        while (at + 2 <= bytes.Length && bytes[at] == Extension)
        {
            var start = at;
            var label = bytes[at + 1];
            at += 2;
            if (!SkipBlocks(bytes, ref at))
            {
                return Whole(file);
            }

            if (label == Control)
            {
                control = file[start..at];
            }
        }

        if (at + DescriptorLength > bytes.Length || bytes[at] != ImageDescriptor)
        {
            return Whole(file);
        }

        view.Add(control);
        var frame = at;
        // A byte of the code's size follows descriptor and colours.
        at += DescriptorLength + Colours(bytes[at + 9]) + 1;
        var isWhole = SkipBlocks(bytes, ref at);
        view.Add(file[frame..Math.Min(at, bytes.Length)]);
        if (isWhole)
        {
            view.Add(_trailer);
        }

        return new EncodedView(view) { IsReadWhole = true };
    }

    private static EncodedView Whole(ReadOnlyMemory<byte> file)
    {
        // Cut off before the first frame's pixels, or no GIF: there is nothing to be read.
        var view = new FileView();
        view.Add(file[..Math.Min(file.Length, HeaderLength)]);
        return new EncodedView(view) { IsReadWhole = true };
    }

    /// <summary>Bytes of the colour table that a packed field announces.</summary>
    private static int Colours(byte packed) => (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);

    /// <summary>Skips blocks with their lengths in front, and the empty one behind them.</summary>
    private static bool SkipBlocks(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (at < bytes.Length)
        {
            var length = bytes[at++];
            if (length == 0)
            {
                return true;
            }

            at += length;
        }

        return false;
    }
}

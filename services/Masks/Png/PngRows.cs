namespace Segmentation.Masks.Png;

/// <summary>Undoes the filters of a PNG file's rows (ISO/IEC 15948, 9.2) and unpacks their pixels.</summary>
internal sealed class PngRows(PngHeader header)
{
    private readonly int _step = Math.Max(1, header.Channels * header.BitDepth / 8);
    private byte[] _row = new byte[header.RowBytes];
    private byte[] _above = new byte[header.RowBytes];

    /// <summary>Reads all rows.</summary>
    /// <param name="stream">The uncompressed rows, each with its filter's byte before it.</param>
    /// <returns>Pixels of <see cref="PngHeader.Stride"/> bytes, row by row.</returns>
    /// <exception cref="EndOfStreamException">Rows are missing.</exception>
    /// <exception cref="PngFormatException">A filter is not known.</exception>
    public byte[] Read(Stream stream)
    {
        var pixels = new byte[checked((long)header.Width * header.Height * header.Stride)];
        var rowPixels = header.Width * header.Stride;
        for (var y = 0; y < header.Height; y++)
        {
            var filter = stream.ReadByte();
            stream.ReadExactly(_row);
            Unfilter(filter);
            UnpackRow(pixels.AsSpan(checked(y * rowPixels), rowPixels));
            (_row, _above) = (_above, _row);
        }

        return pixels;
    }

    private void Unfilter(int filter)
    {
        switch (filter)
        {
            case 0:
                return;
            case 1:
                for (var i = _step; i < _row.Length; i++)
                {
                    _row[i] += _row[i - _step];
                }

                return;
            case 2:
                for (var i = 0; i < _row.Length; i++)
                {
                    _row[i] += _above[i];
                }

                return;
            case 3:
                for (var i = 0; i < _row.Length; i++)
                {
                    _row[i] += (byte)((Left(_row, i) + _above[i]) / 2);
                }

                return;
            case 4:
                for (var i = 0; i < _row.Length; i++)
                {
                    _row[i] += Paeth(Left(_row, i), _above[i], Left(_above, i));
                }

                return;
            case < 0:
                throw new EndOfStreamException();
            default:
                throw new PngFormatException($"a row has the unknown filter {filter}");
        }
    }

    private int Left(byte[] row, int i) => i < _step ? 0 : row[i - _step];

    /// <summary>The neighbour that is nearest to left + above - corner.</summary>
    private static byte Paeth(int left, int above, int corner)
    {
        var guess = left + above - corner;
        int toLeft = Math.Abs(guess - left), toAbove = Math.Abs(guess - above), toCorner = Math.Abs(guess - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    private void UnpackRow(Span<byte> pixels)
    {
        var bytes = Math.Max(1, header.BitDepth / 8);
        var perPixel = header.Channels * bytes;
        if (header.BitDepth < 8)
        {
            UnpackBits(pixels);
        }
        else if (perPixel == header.Stride)
        {
            _row.CopyTo(pixels);
        }
        else
        {
            for (var x = 0; x < header.Width; x++)
            {
                _row.AsSpan(x * perPixel, header.Stride).CopyTo(pixels[(x * header.Stride)..]);
            }
        }
    }

    private void UnpackBits(Span<byte> pixels)
    {
        var perByte = 8 / header.BitDepth;
        var mask = (1 << header.BitDepth) - 1;
        for (var x = 0; x < pixels.Length; x++)
        {
            var shift = 8 - header.BitDepth * (x % perByte + 1);
            pixels[x] = (byte)((_row[x / perByte] >> shift) & mask);
        }
    }
}

namespace Segmentation.Sam.Images;

/// <summary>
/// Resizes an RGB image while its rows arrive, bit for bit as Pillow's <c>Image.resize(size, BILINEAR)</c> does:
/// a horizontal and then a vertical pass, each rounded to 8 bits. Holds only the rows that the next output row needs.
/// </summary>
internal sealed class Resampler
{
    private readonly int _width;
    private readonly ResampleWeights _horizontal;
    private readonly ResampleWeights _vertical;
    private readonly byte[] _ring;
    private readonly int _stride;
    private readonly byte[] _lastRow;
    private int _rowsIn;
    private int _rowsOut;

    /// <param name="width">Width of the rows that will be pushed, in pixels.</param>
    /// <param name="height">Number of rows that will be pushed.</param>
    /// <param name="outputWidth">Width of the resized image.</param>
    /// <param name="outputHeight">Height of the resized image.</param>
    /// <param name="extentX">Source pixels the output covers horizontally; see <see cref="ResampleWeights"/>.</param>
    /// <param name="extentY">The same vertically.</param>
    public Resampler(int width, int height, int outputWidth, int outputHeight, double extentX, double extentY)
    {
        _width = width;
        _horizontal = new ResampleWeights(width, extentX, outputWidth);
        _vertical = new ResampleWeights(height, extentY, outputHeight);
        _stride = outputWidth * 3 + RowResampler.DestinationPadding;
        _ring = new byte[_vertical.MaxTaps * _stride];
        _lastRow = new byte[width * 3 + RowResampler.SourcePadding];
        Output = new byte[outputHeight * outputWidth * 3];
    }

    /// <summary>RGB bytes of the resized image, row by row; complete once all rows were pushed.</summary>
    public byte[] Output { get; }

    /// <summary>Takes the next rows, from top to bottom.</summary>
    /// <param name="rows">Whole rows of RGB bytes.</param>
    public void Push(ReadOnlySpan<byte> rows)
    {
        var size = _width * 3;
        for (; rows.Length > size + RowResampler.SourcePadding; rows = rows[size..])
        {
            PushRow(rows);
        }

        // Vectors reach past a row's end: the last ones are moved to where that is allowed.
        for (; rows.Length > 0; rows = rows[size..])
        {
            rows[..size].CopyTo(_lastRow);
            PushRow(_lastRow);
        }
    }

    private void PushRow(ReadOnlySpan<byte> row)
    {
        var slot = _ring.AsSpan(_rowsIn++ % _vertical.MaxTaps * _stride, _stride);
        RowResampler.Resample(row, _width, _horizontal, slot);
        var size = _horizontal.Outputs * 3;
        for (; _rowsOut < _vertical.Outputs; _rowsOut++)
        {
            var start = _vertical.Start(_rowsOut);
            if (start + _vertical.Count(_rowsOut) > _rowsIn)
            {
                return;
            }

            ColumnResampler.Resample(
                _ring,
                _stride,
                start,
                _vertical.Weights(_rowsOut),
                Output.AsSpan(_rowsOut * size, size));
        }
    }
}

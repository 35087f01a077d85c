using System.Numerics.Tensors;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Upscaling;

/// <summary>
/// High-resolution features of a SAM 2 image in the order in which <see cref="OutputUpscaling{TSimd, TVector}"/> adds
/// them, so that it reads them from memory once and in one direction: grid row by grid row, features of 64 cells
/// together. In 16-bit floats, as the store keeps them: 6.3 MB an image.
/// <code>
/// grid row: high_res_1 [4 quarters of a cell, C/4, 64 cells]
///           high_res_0 [4 quarters of a cell, 4 pixels of a quarter, C/8, 64 cells]
/// </code>
/// Reference: <c>feat_s1</c> and <c>feat_s0</c> of <c>MaskDecoder.predict_masks</c>.
/// </summary>
internal sealed unsafe class HighResFeatures : IHighResFeatures
{
    /// <summary>Halves from a channel to the next.</summary>
    public const int Stride = Side;

    private const int Side = ImageGeometry.GridSide;
    private const int Quarters = 4;
    private const int Pixels = 4;
    private readonly int _middle;
    private readonly int _last;
    private readonly AlignedBuffer _buffer;

    /// <param name="features">[C/8, 256, 256] values, then [C/4, 128, 128].</param>
    /// <param name="channels">C.</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    public HighResFeatures(ReadOnlySpan<float> features, int channels, YieldPoint yieldPoint)
    {
        (_middle, _last) = (channels / 4, channels / 8);
        _buffer = new(Side * RowLength / 2);
        Span<Half> halves = stackalloc Half[4 * Side];
        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            foreach (var line in Lines(row))
            {
                var source = halves[..(line.Step * Side)];
                TensorPrimitives.ConvertToHalf(features.Slice(line.Source, source.Length), source);
                for (var part = 0; part < line.Step; part++)
                {
                    var target = Halves.Slice(Target(line, part), Side);
                    for (var cell = 0; cell < Side; cell++)
                    {
                        target[cell] = source[cell * line.Step + part];
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public long SizeBytes => (long)_buffer.Length * sizeof(float);

    // Halves of a grid row.
    private int RowLength => Quarters * Side * (_middle + Pixels * _last);

    private Span<Half> Halves => new(_buffer.Pointer, 2 * _buffer.Length);

    /// <summary>Returns the number of values of an image.</summary>
    /// <param name="channels">C.</param>
    public static int Length(int channels) =>
        Quarters * Side * Side * (channels / 4 + Pixels * (channels / 8));

    /// <summary>
    /// Features of high_res_1 for a quarter of each cell, [C/4, 64]. Valid as long as this object is reachable.
    /// </summary>
    public Half* AfterFirst(int row, int quarter) =>
        (Half*)_buffer.Pointer + (nint)row * RowLength + quarter * _middle * Side;

    /// <summary>
    /// Features of high_res_0 for the four pixels of a quarter of each cell, [4, C/8, 64]. Valid as long as this object
    /// is reachable.
    /// </summary>
    public Half* AfterSecond(int row, int quarter) =>
        AfterFirst(row, Quarters) + quarter * Pixels * _last * Side;

    /// <inheritdoc/>
    public void Restore(Span<float> features, YieldPoint yieldPoint)
    {
        Span<Half> halves = stackalloc Half[4 * Side];
        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            foreach (var line in Lines(row))
            {
                var target = halves[..(line.Step * Side)];
                for (var part = 0; part < line.Step; part++)
                {
                    var source = Halves.Slice(Target(line, part), Side);
                    for (var cell = 0; cell < Side; cell++)
                    {
                        target[cell * line.Step + part] = source[cell];
                    }
                }

                TensorPrimitives.ConvertToSingle(target, features.Slice(line.Source, target.Length));
            }
        }
    }

    // Place of one of a line's values of each cell: quarter (a, b) and pixel (c, d) lie at 2a + b and 2c + d.
    private int Target(Line line, int part)
    {
        var perQuarter = line.Step / 2;
        return line.Target + part / perQuarter * line.QuarterStride + part % perQuarter * _last * Side;
    }

    // Lines of the encoder's tensors for a grid row. Each holds 2 or 4 values of each cell side by side.
    private IEnumerable<Line> Lines(int row)
    {
        const int Side0 = 4 * Side;
        const int Side1 = 2 * Side;
        var start = row * RowLength;
        var second = _last * Side0 * Side0;
        for (var channel = 0; channel < _middle; channel++)
        {
            for (var a = 0; a < 2; a++)
            {
                yield return new(
                    second + (channel * Side1 + 2 * row + a) * Side1,
                    start + (2 * a * _middle + channel) * Side,
                    2,
                    _middle * Side);
            }
        }

        start += Quarters * _middle * Side;
        for (var channel = 0; channel < _last; channel++)
        {
            for (var y = 0; y < 4; y++)
            {
                var (a, c) = (y / 2, y % 2);
                yield return new(
                    (channel * Side0 + 4 * row + y) * Side0,
                    start + ((2 * a * Pixels + 2 * c) * _last + channel) * Side,
                    4,
                    Pixels * _last * Side);
            }
        }
    }

    /// <summary>A line of the encoder's tensors.</summary>
    /// <param name="Source">First value.</param>
    /// <param name="Target">Place of its first value's row of 64 cells.</param>
    /// <param name="Step">Values of a cell: 2 or 4.</param>
    /// <param name="QuarterStride">Halves from a quarter of the cells to the next.</param>
    private readonly record struct Line(int Source, int Target, int Step, int QuarterStride);
}

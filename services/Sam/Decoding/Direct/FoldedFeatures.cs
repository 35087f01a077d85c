using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// One prompt's features behind the first upscaling layer, from what the passes over the image tokens keep of each
/// cell: for both layers the shares of the tokens, and the factor and the mean of the norm.
/// </summary>
internal sealed unsafe class FoldedFeatures<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly FoldedUpscaling<TSimd, TVector> _weights;
    private readonly AlignedBuffer _ofImage;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _values;
    private readonly Matrix _kept;
    private Matrix _panels;

    /// <param name="memory">Holds what is kept.</param>
    /// <param name="weights">Weights.</param>
    /// <param name="ofImage">The image's own part.</param>
    /// <param name="rows">Grid rows wanted.</param>
    /// <param name="columns">Cells wanted of a row.</param>
    /// <param name="values">Values that the image attends to, of all heads.</param>
    /// <exception cref="ArgumentException">The image's part is of another part of the grid.</exception>
    public FoldedFeatures(
        Arena memory,
        FoldedUpscaling<TSimd, TVector> weights,
        AlignedBuffer ofImage,
        int rows,
        int columns,
        int values)
    {
        (_weights, _ofImage, _rows, _values) = (weights, ofImage, rows, values);
        _columns = FoldedUpscaling<TSimd, TVector>.Padded(columns);
        if (ofImage.Length != rows * _columns * weights.Features)
            throw new ArgumentException($"Not of {rows} x {columns} cells.", nameof(ofImage));

        _kept = memory.TakeUncleared(rows * Depth, Side);
    }

    /// <summary>Numbers kept of a cell.</summary>
    public int Depth => 2 * (_values + 2);

    /// <summary>Keeps the shares of a wanted grid row, and says where the norm's moments go.</summary>
    public NormMoments Keep(int layer, int row, Matrix shares)
    {
        if (row >= _rows)
            return default;

        var first = _kept.Row(row * Depth + layer * (_values + 2));
        shares.AsSpan()[..(_values * Side)].CopyTo(new Span<float>(first, _values * Side));
        return new(first + _values * Side, first + (_values + 1) * Side);
    }

    /// <summary>Takes what the shares are shares of; with both attentions known.</summary>
    public void Attend(Arena memory, ReadOnlySpan<ImageAttention<TSimd, TVector>> attentions)
    {
        _panels = memory.TakeUncleared(1, Panels.Length(_weights.Features, Depth));
        Panels.PackColumns(
            _weights.Contributions(memory, attentions), Depth, _weights.Features, _panels.Data);
    }

    /// <summary>Features of a block of columns of a grid row, [features][width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(int row, int column, int width, float* block, float* features)
    {
        Gather(_kept.Row(row * Depth) + column, width, block);
        var ofImage = _ofImage.Pointer + (nint)_weights.Features * (row * _columns + column);
        var factors = block + _values * width;
        for (var feature = 0; feature < _weights.Features; feature++)
        {
            var bias = TSimd.Create(_weights.Bias[feature]);
            var first = feature * width;
            for (var i = 0; i < width; i += TSimd.Count)
            {
                var value = TSimd.MultiplyAdd(TSimd.Load(ofImage + first + i), TSimd.Load(factors + i), bias);
                TSimd.Store(value, features + first + i);
            }
        }

        Product<TSimd, TVector, Interleaved, float>.Add(
            _panels.Data, Depth * 4, 4, _weights.Features, Depth, block, width, features, width, width);
        GC.KeepAlive(_ofImage);
    }

    // [depth][width]: r1 r2 a0, r1 r2, m1 r1 r2, r2 a1, r2, m2 r2.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(float* kept, int width, float* block)
    {
        var second = kept + (_values + 2) * Side;
        for (var column = 0; column < width; column += TSimd.Count)
        {
            var factor = TSimd.Load(second + _values * Side + column);
            var both = TSimd.Multiply(factor, TSimd.Load(kept + _values * Side + column));
            Scale(kept + column, both, width, block + column);
            Scale(second + column, factor, width, block + (_values + 2) * width + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Scale(float* kept, TVector factor, int width, float* to)
    {
        for (var i = 0; i < _values; i++)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(kept + i * Side), factor), to + i * width);
        }

        TSimd.Store(factor, to + _values * width);
        TSimd.Store(TSimd.Multiply(TSimd.Load(kept + (_values + 1) * Side), factor), to + (_values + 1) * width);
    }
}

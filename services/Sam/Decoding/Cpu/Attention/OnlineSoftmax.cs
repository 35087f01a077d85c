using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Online softmax over the cells of the grid, one grid row at a time: keeps the maximum score m and the sum of
/// exp(score - m) of each query. When a row raises m, the accumulator of weighted values must be rescaled by
/// exp(old m - new m). Reference: Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018.
/// </summary>
internal sealed unsafe class OnlineSoftmax<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly Matrix _scores;
    private readonly Matrix _max;
    private readonly Matrix _sum;
    private readonly Matrix _rescale;

    /// <param name="memory">Holds scores and sums.</param>
    /// <param name="queries">Number of queries.</param>
    public OnlineSoftmax(Arena memory, int queries)
    {
        Columns = (queries + TSimd.Count - 1) / TSimd.Count * TSimd.Count;

        // One row more: readers of four queries at a time read past the last one.
        _scores = memory.Allocate(Side + 1, queries);
        _max = memory.AllocateUninitialized(1, queries);
        _max.AsSpan().Fill(float.MinValue);
        _sum = memory.Allocate(1, queries);
        _rescale = memory.AllocateUninitialized(1, queries);
    }

    /// <summary>Queries in whole vectors.</summary>
    public int Columns { get; }

    /// <summary>
    /// [64, queries]: scores of a grid row's cells, which <see cref="Update"/> replaces by exp(score - m).
    /// </summary>
    public Matrix Scores => _scores;

    /// <summary>[queries]: factors for the accumulator after <see cref="Update"/> and <see cref="Finish"/>.</summary>
    public float* Rescale => _rescale.Data;

    /// <summary>Replaces the scores of a grid row by weights and updates maxima and sums.</summary>
    /// <returns>True if a maximum has risen: the accumulator must be multiplied by <see cref="Rescale"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Update()
    {
        var stride = _scores.Stride;
        var hasRisen = false;
        for (var query = 0; query < Columns; query += TSimd.Count)
        {
            var oldMax = TSimd.Load(_max.Data + query);
            var max = oldMax;
            var scores = _scores.Data + query;
            for (var cell = 0; cell < Side; cell++)
            {
                max = TSimd.Max(max, TSimd.Load(scores + cell * stride));
            }

            var sum = TSimd.Load(_sum.Data + query);
            var factor = TSimd.Create(1);
            if (TSimd.AnyGreater(max, oldMax))
            {
                hasRisen = true;
                factor = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(oldMax, max));
                sum = TSimd.Multiply(sum, factor);
                TSimd.Store(max, _max.Data + query);
            }

            TSimd.Store(factor, _rescale.Data + query);
            for (var cell = 0; cell < Side; cell++)
            {
                var score = scores + cell * stride;
                var weight = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), max));
                TSimd.Store(weight, score);
                sum = TSimd.Add(sum, weight);
            }

            TSimd.Store(sum, _sum.Data + query);
        }

        return hasRisen;
    }

    /// <summary>Sets <see cref="Rescale"/> to the reciprocal sums, which complete the softmax.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish()
    {
        for (var query = 0; query < Columns; query += TSimd.Count)
        {
            TSimd.Store(TSimd.Divide(TSimd.Create(1), TSimd.Load(_sum.Data + query)), _rescale.Data + query);
        }
    }

    /// <summary>Multiplies an accumulator [count, queries] by <see cref="Rescale"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RescaleRows(Matrix rows, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var values = rows.Row(row);
            for (var query = 0; query < Columns; query += TSimd.Count)
            {
                TSimd.Store(
                    TSimd.Multiply(TSimd.Load(values + query), TSimd.Load(_rescale.Data + query)), values + query);
            }
        }
    }
}

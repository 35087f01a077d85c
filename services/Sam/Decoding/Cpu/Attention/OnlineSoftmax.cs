using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// A softmax over the image's cells while its grid rows come by: weights exp(score - m) and their sums, m being the largest
/// score so far of each query. When a larger one comes, what was mixed with the weights before shrinks.
/// </summary>
internal sealed unsafe class OnlineSoftmax<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly Matrix _values;
    private readonly Matrix _largest;
    private readonly Matrix _sums;
    private readonly Matrix _factors;

    /// <param name="memory">Holds the sums.</param>
    /// <param name="queries">How many queries there are.</param>
    public OnlineSoftmax(Arena memory, int queries)
    {
        Columns = (queries + TSimd.Count - 1) / TSimd.Count * TSimd.Count;

        // One row more: whoever reads four queries at a time reads past the last one.
        _values = memory.Allocate(Side + 1, queries);
        _largest = memory.AllocateUninitialized(1, queries);
        _largest.AsSpan().Fill(float.MinValue);
        _sums = memory.Allocate(1, queries);
        _factors = memory.AllocateUninitialized(1, queries);
    }

    /// <summary>Queries in whole vectors.</summary>
    public int Columns { get; }

    /// <summary>[64, queries]: scores of a grid row's cells, in whose place <see cref="Apply"/> puts weights.</summary>
    public Matrix Values => _values;

    /// <summary>[queries]: what was mixed is multiplied by these.</summary>
    public float* Factors => _factors.Data;

    /// <summary>Scores to weights; says whether what was mixed before shrinks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Apply()
    {
        var stride = _values.Stride;
        var shrinks = false;
        for (var query = 0; query < Columns; query += TSimd.Count)
        {
            var before = TSimd.Load(_largest.Data + query);
            var largest = before;
            var scores = _values.Data + query;
            for (var cell = 0; cell < Side; cell++)
            {
                largest = TSimd.Max(largest, TSimd.Load(scores + cell * stride));
            }

            var sum = TSimd.Load(_sums.Data + query);
            var factor = TSimd.Create(1);
            if (TSimd.AnyGreater(largest, before))
            {
                shrinks = true;
                factor = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(before, largest));
                sum = TSimd.Multiply(sum, factor);
                TSimd.Store(largest, _largest.Data + query);
            }

            TSimd.Store(factor, _factors.Data + query);
            for (var cell = 0; cell < Side; cell++)
            {
                var score = scores + cell * stride;
                var weight = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), largest));
                TSimd.Store(weight, score);
                sum = TSimd.Add(sum, weight);
            }

            TSimd.Store(sum, _sums.Data + query);
        }

        return shrinks;
    }

    /// <summary>Sets the factors that divide by the sums of the weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish()
    {
        for (var query = 0; query < Columns; query += TSimd.Count)
        {
            TSimd.Store(TSimd.Divide(TSimd.Create(1), TSimd.Load(_sums.Data + query)), _factors.Data + query);
        }
    }

    /// <summary>Multiplies rows [count, queries] by the factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scale(Matrix rows, int count)
    {
        for (var row = 0; row < count; row++)
        {
            var values = rows.Row(row);
            for (var query = 0; query < Columns; query += TSimd.Count)
            {
                TSimd.Store(
                    TSimd.Multiply(TSimd.Load(values + query), TSimd.Load(_factors.Data + query)), values + query);
            }
        }
    }
}

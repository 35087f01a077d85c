using System.Runtime.CompilerServices;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Tokens attend to image tokens that are not made, while grid rows come by. What the image's own part adds to keys and
/// values goes by head; what is kept of a cell is a few numbers, which all heads mix.
/// </summary>
internal sealed unsafe class FactoredCrossAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _size;
    private readonly int _valueSize;
    private readonly int _kept;
    private readonly Matrix _queries;
    private readonly Matrix _keptQueries;
    private readonly Matrix _scores;
    private readonly Matrix _scaled;
    private readonly OnlineSoftmax<TSimd, TVector> _weights;

    /// <param name="memory">Holds the sums.</param>
    /// <param name="queries">[T, 8 D], scaled.</param>
    /// <param name="keptQueries">Queries of what is kept, [8 T, kept], packed.</param>
    /// <param name="kept">Numbers kept of a cell.</param>
    /// <param name="size">D, channels of a head's keys.</param>
    /// <param name="valueSize">Channels of a head's values, whole vectors.</param>
    public FactoredCrossAttention(Arena memory, Matrix queries, Matrix keptQueries, int kept, int size, int valueSize)
    {
        (Tokens, _keptQueries, _kept, _size, _valueSize) = (queries.Count, keptQueries, kept, size, valueSize);
        _queries = memory.AllocateUninitialized(Heads, PackedA.Length(Tokens, size));
        for (var head = 0; head < Heads; head++)
        {
            PackedA.PackRows(queries, head * size, size, _queries.Row(head));
        }

        // The last panel of a head adds zeros to the next one's rows, and the last head's to three rows more.
        _scores = memory.AllocateUninitialized(Heads * Tokens + 3, Side);
        _weights = new(memory, Heads * Tokens);

        // One row more: whoever reads four queries at a time reads past the last one.
        _scaled = memory.Allocate(Side + 1, Heads * Tokens);
        Mixed = memory.Allocate(Tokens, Heads * valueSize);
        MixedKept = memory.Allocate(kept, Heads * Tokens);
    }

    /// <summary>T.</summary>
    public int Tokens { get; }

    /// <summary>The image's part of the mixed values, by head, [T, 8 D]; complete after <see cref="Finish"/>.</summary>
    public Matrix Mixed { get; }

    /// <summary>What is kept, mixed: [kept, 8 T], head by head; complete after <see cref="Finish"/>.</summary>
    public Matrix MixedKept { get; }

    /// <summary>Takes one grid row.</summary>
    /// <param name="keys">[8 D, 64], those of the image's part times its factors.</param>
    /// <param name="values">Those of the image's part, [8, 64, D].</param>
    /// <param name="factors">[64], of the image's part.</param>
    /// <param name="kept">[kept, 64], in rows that are a multiple of 4.</param>
    public void Add(float* keys, float* values, float* factors, float* kept)
    {
        SetScores(keys, kept);
        var weights = _weights.Values;
        Transpose.Apply(_scores.Data, Side, Heads * Tokens, Side, weights.Data, weights.Stride);
        if (_weights.Apply())
            Scale();

        ScaleWeights(factors);
        var rows = (Tokens + 3) & ~3;
        for (var head = 0; head < Heads; head++)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                _scaled.Data + head * Tokens,
                4,
                _scaled.Stride,
                rows,
                Side,
                values + head * _valueSize * Side,
                _valueSize,
                Mixed.Data + head * _valueSize,
                Mixed.Stride,
                _valueSize);
        }

        Gemm<TSimd, TVector, Rows64, float>.Add(
            kept,
            4 * Side,
            1,
            MixedKept.Rows,
            Side,
            weights.Data,
            weights.Stride,
            MixedKept.Data,
            MixedKept.Stride,
            _weights.Columns);
    }

    /// <summary>Divides by the sums of the weights.</summary>
    public void Finish()
    {
        _weights.Finish();
        Scale();
    }

    private void SetScores(float* keys, float* kept)
    {
        _scores.AsSpan().Clear();
        for (var head = 0; head < Heads; head++)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                _queries.Row(head),
                _size * 4,
                4,
                (Tokens + 3) & ~3,
                _size,
                keys + head * _size * Side,
                Side,
                _scores.Row(head * Tokens),
                Side,
                Side);
        }

        CoefficientGemm<TSimd, TVector>.Add(_keptQueries, Heads * Tokens, _kept, kept, _scores.Data);
    }

    // The image's part of a value has a factor that its cell has for this prompt.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScaleWeights(float* factors)
    {
        var from = _weights.Values.Data;
        var to = _scaled.Data;
        for (var cell = 0; cell < Side; cell++, from += _scaled.Stride, to += _scaled.Stride)
        {
            var factor = TSimd.Create(factors[cell]);
            for (var query = 0; query < _weights.Columns; query += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(from + query), factor), to + query);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale()
    {
        _weights.Scale(MixedKept, _kept);
        for (var token = 0; token < Tokens; token++)
        {
            for (var head = 0; head < Heads; head++)
            {
                var factor = TSimd.Create(_weights.Factors[head * Tokens + token]);
                var first = Mixed.Row(token) + head * _valueSize;
                for (var value = first; value < first + _valueSize; value += TSimd.Count)
                {
                    TSimd.Store(TSimd.Multiply(TSimd.Load(value), factor), value);
                }
            }
        }
    }
}

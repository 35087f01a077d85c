using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Attention of a prompt's tokens to image tokens in factored form, one grid row at a time. Scores are q (f u Wk)' by
/// head plus the products of coefficients with q Wk' B'. Values are mixed in two parts: the image part f u Wv by head,
/// and the coefficients, which are the same for all heads.
/// </summary>
internal sealed unsafe class FactoredCrossAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _size;
    private readonly int _paddedSize;
    private readonly int _rank;
    private readonly PackedHeads _queries;
    private readonly OperandA<Interleaved> _coefficientQueries;
    private readonly Matrix _scores;
    private readonly Matrix _scaledWeights;
    private readonly OnlineSoftmax<TSimd, TVector> _softmax;

    /// <param name="memory">Holds accumulators.</param>
    /// <param name="queries">q, [T, H D], scaled by 1/sqrt(D).</param>
    /// <param name="coefficientQueries">q Wk' B', [H T, R].</param>
    /// <param name="size">D, channels of a head's keys.</param>
    /// <param name="paddedSize">D in whole vectors.</param>
    public FactoredCrossAttention(
        Arena memory, Matrix queries, OperandA<Interleaved> coefficientQueries, int size, int paddedSize)
    {
        (Tokens, _coefficientQueries, _rank) = (queries.Count, coefficientQueries, coefficientQueries.Depth);
        (_size, _paddedSize) = (size, paddedSize);
        _queries = new(memory, queries, Heads, size);

        // A head's last panel adds zeros to the next head's rows, and the last head's to three rows more.
        _scores = memory.AllocateUninitialized(Heads * Tokens + 3, Side);
        _softmax = new(memory, Heads * Tokens);

        // One row more: readers of four queries at a time read past the last one.
        _scaledWeights = memory.Allocate(Side + 1, Heads * Tokens);
        MixedImagePart = memory.Allocate(Tokens, Heads * paddedSize);
        MixedCoefficients = memory.Allocate(_rank, Heads * Tokens);
    }

    /// <summary>T.</summary>
    public int Tokens { get; }

    /// <summary>Mixed f u Wv, [T, H D] with D in whole vectors; complete after <see cref="Finish"/>.</summary>
    public Matrix MixedImagePart { get; }

    /// <summary>Mixed c, [R, H T], head by head; complete after <see cref="Finish"/>.</summary>
    public Matrix MixedCoefficients { get; }

    /// <summary>Attends to one grid row.</summary>
    /// <param name="keys">f u Wk with positional encoding, [H D, 64].</param>
    /// <param name="values">u Wv, [H, 64, D], D in whole vectors.</param>
    /// <param name="imageFactors">f, [64].</param>
    /// <param name="coefficients">c, [R, 64], in rows that are a multiple of 4.</param>
    public void AddRow(float* keys, float* values, float* imageFactors, float* coefficients)
    {
        SetScores(keys, coefficients);
        var weights = _softmax.Scores;
        Transpose.Apply(_scores.Data, Side, Heads * Tokens, Side, weights.Data, weights.Stride);
        if (_softmax.Update())
        {
            RescaleMixed();
        }

        ScaleWeights(imageFactors);
        for (var head = 0; head < Heads; head++)
        {
            Gemm<TSimd, TVector>.Accumulate(
                OperandA.Transposed(_scaledWeights.Data + head * Tokens, _scaledWeights.Stride, Tokens, Side),
                new OperandB<float>(values + head * _paddedSize * Side, _paddedSize),
                MixedImagePart.AsTile(0, head * _paddedSize, _paddedSize));
        }

        Gemm<TSimd, TVector>.Accumulate(
            OperandA.RowMajor<Rows64>(coefficients, _rank, Side),
            weights.AsB(),
            MixedCoefficients.AsTile(0, 0, _softmax.Columns));
    }

    /// <summary>Divides by the sums of the weights.</summary>
    public void Finish()
    {
        _softmax.Finish();
        RescaleMixed();
    }

    private void SetScores(float* keys, float* coefficients)
    {
        _scores.AsSpan().Clear();
        for (var head = 0; head < Heads; head++)
        {
            Gemm<TSimd, TVector>.Accumulate(
                _queries[head],
                new OperandB<float>(keys + head * _size * Side, Side),
                _scores.AsTile(head * Tokens, 0, Side));
        }

        CoefficientGemm<TSimd, TVector>.Accumulate(_coefficientQueries, coefficients, _scores.Data);
    }

    // The factor f of the values' image part is multiplied into the weights.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScaleWeights(float* imageFactors)
    {
        var from = _softmax.Scores.Data;
        var to = _scaledWeights.Data;
        for (var cell = 0; cell < Side; cell++, from += _scaledWeights.Stride, to += _scaledWeights.Stride)
        {
            var f = TSimd.Create(imageFactors[cell]);
            for (var query = 0; query < _softmax.Columns; query += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(from + query), f), to + query);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RescaleMixed()
    {
        _softmax.RescaleRows(MixedCoefficients, _rank);
        for (var token = 0; token < Tokens; token++)
        {
            for (var head = 0; head < Heads; head++)
            {
                var factor = TSimd.Create(_softmax.Rescale[head * Tokens + token]);
                var first = MixedImagePart.Row(token) + head * _paddedSize;
                for (var value = first; value < first + _paddedSize; value += TSimd.Count)
                {
                    TSimd.Store(TSimd.Multiply(TSimd.Load(value), factor), value);
                }
            }
        }
    }
}

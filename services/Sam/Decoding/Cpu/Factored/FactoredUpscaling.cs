using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// The first upscaling layer of image tokens that are not made: it is linear, so it reads what is kept of them as attentions
/// do. For a prompt of one point that leaves a product of depth 98, in place of 256.
/// </summary>
internal sealed unsafe class FactoredUpscaling<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly int _features;
    private readonly TiledRow _weight;
    private readonly Matrix _bias;

    /// <param name="weights">The decoder's.</param>
    /// <param name="weight">[C, features].</param>
    /// <param name="bias">[features].</param>
    public FactoredUpscaling(DecoderWeights<TSimd, TVector> weights, WeightMatrix weight, float[] bias)
    {
        _features = bias.Length;
        var matrix = weights.Memory.Allocate(weights.Width, _features);
        for (var channel = 0; channel < weights.Width; channel++)
        {
            weight.Values.AsSpan(channel * _features, _features).CopyTo(matrix.Span(channel));
        }

        _weight = ColumnTile<TSimd, TVector>.Divide(weights.Memory, matrix);
        _bias = weights.Memory.Allocate(1, _features);

        // What is kept lacks the norm's bias.
        TensorPrimitives.Add(weight.Multiply(weights.FoldedNormScales.Biases[1]), bias, _bias.Span(0));
    }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>What each number kept contributes to the features, packed.</summary>
    public Matrix Contributions(Arena memory, TokenBasis<TSimd, TVector> basis)
    {
        var (rows, depth) = (basis.Rows, basis.Rows.Stride);
        var panels = memory.AllocateUninitialized(1, PackedA.Length(rows.Count, depth));
        PackedA.PackRows(rows, 0, depth, panels.Data);
        var all = memory.Allocate(rows.Count, _features);
        for (var feature = 0; feature < _features; feature += BlockWidth)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                panels.Data,
                depth * 4,
                4,
                rows.Rows,
                depth,
                _weight.Block(feature / BlockWidth),
                _weight.Stride,
                all.Data + feature,
                all.Stride,
                Math.Min(BlockWidth, _features - feature));
        }

        var packed = memory.AllocateUninitialized(1, PackedA.Length(_features, rows.Count));
        PackedA.PackColumns(all, rows.Count, _features, packed.Data);
        return packed;
    }

    /// <summary>Features of a block of columns.</summary>
    /// <param name="contributions">Of what is kept.</param>
    /// <param name="depth">Numbers kept of a cell.</param>
    /// <param name="ofImage">The image's part, [features, <see cref="ColumnTile{TSimd, TVector}.Width"/>].</param>
    /// <param name="factors">[width], of that part.</param>
    /// <param name="kept">[depth][stride].</param>
    /// <param name="stride">Numbers from a row of it to the next.</param>
    /// <param name="width">Columns.</param>
    /// <param name="features">Receives [features, width].</param>
    public void Set(
        Matrix contributions, int depth, float* ofImage, float* factors, float* kept, int stride, int width, float* features)
    {
        FusedScaleAdd<TSimd, TVector>.Apply(ofImage, BlockWidth, factors, _bias.Data, _features, width, features);
        Gemm<TSimd, TVector, Interleaved, float>.Add(
            contributions.Data, depth * 4, 4, _features, depth, kept, stride, features, width, width);
    }
}

using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// First transposed convolution of <c>output_upscaling</c> for image tokens in factored form: f u W + c B W + bias. For
/// a prompt of one point it is a product of depth 98 in place of 256.
/// </summary>
internal sealed unsafe class FactoredUpscaling<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly int _features;
    private readonly TiledRow _weight;
    private readonly Matrix _bias;

    /// <param name="memory">Holds weights.</param>
    /// <param name="weight">W, [C, features].</param>
    /// <param name="bias">[features].</param>
    /// <param name="normBias">b of layer 1's norm, which f u + c B lacks.</param>
    public FactoredUpscaling(Arena memory, WeightMatrix weight, float[] bias, float[] normBias)
    {
        _features = bias.Length;
        _weight = ColumnTile<TSimd, TVector>.Divide(memory, weight.CopyTo(memory));
        _bias = memory.Allocate(1, _features);
        TensorPrimitives.Add(weight.Multiply(normBias), bias, _bias.Span(0));
    }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Packs (B W)', [features, R].</summary>
    public OperandA<Interleaved> PackBasis(Arena memory, TokenBasis<TSimd, TVector> basis)
    {
        var packed = PackedA.Rows(memory, basis.Rows, basis.Rows.Stride);
        var product = memory.Allocate(basis.Rank, _features);
        for (var feature = 0; feature < _features; feature += TileWidth)
        {
            Gemm<TSimd, TVector>.Accumulate(
                packed,
                _weight.Tile(feature / TileWidth),
                product.AsTile(0, feature, Math.Min(TileWidth, _features - feature)));
        }

        return PackedA.Columns(memory, product, _features, basis.Rank);
    }

    /// <summary>Computes the features of a tile of columns.</summary>
    /// <param name="basis">(B W)', packed.</param>
    /// <param name="projection">u W, [features, <see cref="ColumnTile{TSimd, TVector}.Width"/>].</param>
    /// <param name="imageFactors">f, [width].</param>
    /// <param name="coefficients">c, [R, width].</param>
    /// <param name="width">Columns.</param>
    /// <param name="features">Receives [features, width].</param>
    public void Apply(
        in OperandA<Interleaved> basis,
        float* projection,
        float* imageFactors,
        in OperandB<float> coefficients,
        int width,
        float* features)
    {
        FusedScaleAdd<TSimd, TVector>.AddBias(
            projection, TileWidth, imageFactors, _bias.Data, _features, width, features);
        Gemm<TSimd, TVector>.Accumulate(basis, coefficients, new Tile(features, width, width));
    }
}

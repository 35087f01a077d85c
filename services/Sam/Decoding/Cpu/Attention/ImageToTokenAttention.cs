using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Attention of image tokens to a prompt's tokens with its residual, one grid row at a time: x + a V + o. Reference:
/// <c>keys = keys + cross_attn_image_to_token(...)</c>.
/// </summary>
internal sealed unsafe class ImageToTokenAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly ImageToTokenSoftmax<TSimd, TVector> _softmax;
    private readonly OperandA<Interleaved> _values;
    private readonly Matrix _origin;
    private readonly Matrix _weights;
    private readonly int _channels;

    /// <param name="memory">Holds packed values.</param>
    /// <param name="softmax">The tokens' keys.</param>
    /// <param name="values">V, [H (T - 1), C].</param>
    /// <param name="origin">o, [1, C].</param>
    /// <param name="channels">C.</param>
    public ImageToTokenAttention(
        Arena memory, ImageToTokenSoftmax<TSimd, TVector> softmax, Matrix values, Matrix origin, int channels)
    {
        (_softmax, _origin, _channels) = (softmax, origin, channels);
        _values = PackedA.Columns(memory, values, channels, softmax.Count);
        _weights = memory.AllocateUninitialized(softmax.Count + 3, Side);
    }

    /// <summary>Computes x + a V + o for a grid row.</summary>
    /// <param name="queries">
    /// Queries of the row [H D, 64], or its image tokens with positional encoding [C, 64].
    /// </param>
    /// <param name="row">x, [C, 64].</param>
    /// <param name="sum">Receives [C, 64]; may be <paramref name="row"/>.</param>
    public void Apply(TiledRow queries, float* row, float* sum)
    {
        _softmax.SetScores(queries, _weights.Data);
        _softmax.Normalize(_weights.Data);
        AddOrigin(row, sum);
        Gemm<TSimd, TVector>.Accumulate(_values, new OperandB<float>(_weights.Data, Side), new Tile(sum, Side, Side));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddOrigin(float* row, float* sum)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var origin = TSimd.Create(_origin.Data[channel]);
            for (var end = row + Side; row < end; row += TSimd.Count, sum += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(row), origin), sum);
            }
        }
    }
}

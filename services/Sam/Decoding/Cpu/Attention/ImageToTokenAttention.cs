using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// The image attends to T tokens, a grid row at a time: with their shares it takes values relative to the last token's, which
/// is the origin.
/// </summary>
internal sealed unsafe class ImageToTokenAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly ImageToTokenSoftmax<TSimd, TVector> _tokens;
    private readonly Matrix _values;
    private readonly Matrix _origin;
    private readonly Matrix _shares;
    private readonly int _channels;

    /// <param name="memory">Holds values, packed.</param>
    /// <param name="tokens">The tokens' keys.</param>
    /// <param name="values">Values behind the output projection, relative to the last token's: [8 (T - 1), C].</param>
    /// <param name="origin">[1, C], the last token's value behind the output projection, and its bias.</param>
    /// <param name="channels">C.</param>
    public ImageToTokenAttention(
        Arena memory, ImageToTokenSoftmax<TSimd, TVector> tokens, Matrix values, Matrix origin, int channels)
    {
        (_tokens, _origin, _channels) = (tokens, origin, channels);
        _values = memory.AllocateUninitialized(1, PackedA.Length(channels, tokens.Count));
        PackedA.PackColumns(values, tokens.Count, channels, _values.Data);
        _shares = memory.AllocateUninitialized(tokens.Count + 3, Side);
    }

    /// <summary>A grid row [C, 64] plus what it attends to.</summary>
    /// <param name="queries">Queries of the row [8 D], or the row with its position [C].</param>
    /// <param name="row">The row.</param>
    /// <param name="sum">Receives the sum; may be the row itself.</param>
    public void Add(TiledRow queries, float* row, float* sum)
    {
        _tokens.Set(queries, null, _shares.Data);
        AddOrigin(row, sum);
        Gemm<TSimd, TVector, Interleaved, float>.Add(
            _values.Data, _tokens.Count * 4, 4, _channels, _tokens.Count, _shares.Data, Side, sum, Side, Side);
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

using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Images;

/// <summary>
/// Resizes an RGB image while its rows arrive, by the filter of <see cref="Resampler"/>, and keeps fractions of a grey
/// level: torchvision's <c>Resize</c> with antialias on tensors of floats. Holds only the rows that the next output row
/// needs.
/// </summary>
internal sealed class FineResampler
{
    /// <summary>Steps of a grey level.</summary>
    public const int Steps = 256;

    private const int Channels = 3;

    // A pixel is loaded and stored as four numbers.
    private const int Padding = 1;

    private readonly int _width;
    private readonly ResampleWeights _horizontal;
    private readonly ResampleWeights _vertical;
    private readonly float[] _source;
    private readonly float[] _ring;
    private readonly float[] _sums;
    private readonly int _stride;
    private int _rowsIn;
    private int _rowsOut;

    /// <param name="width">Width of the rows that will be pushed, in pixels.</param>
    /// <param name="height">Number of rows that will be pushed.</param>
    /// <param name="outputWidth">Width of the resized image.</param>
    /// <param name="outputHeight">Height of the resized image.</param>
    /// <param name="extentX">Source pixels the output covers horizontally; see <see cref="ResampleWeights"/>.</param>
    /// <param name="extentY">The same vertically.</param>
    public FineResampler(int width, int height, int outputWidth, int outputHeight, double extentX, double extentY)
    {
        _width = width;
        _horizontal = new ResampleWeights(width, extentX, outputWidth);
        _vertical = new ResampleWeights(height, extentY, outputHeight);
        _stride = outputWidth * Channels + Padding;
        _source = new float[width * Channels + Padding];
        _ring = new float[_vertical.MaxTaps * _stride];
        _sums = new float[outputWidth * Channels];
        Output = new ushort[outputHeight * outputWidth * Channels];
    }

    /// <summary>RGB of the resized image in steps, row by row; complete once all rows were pushed.</summary>
    public ushort[] Output { get; }

    /// <summary>Takes the next rows, from top to bottom.</summary>
    /// <param name="rows">Whole rows of RGB bytes.</param>
    public void Push(ReadOnlySpan<byte> rows)
    {
        var size = _width * Channels;
        for (; rows.Length > 0; rows = rows[size..])
        {
            TensorPrimitives.ConvertTruncating(rows[..size], _source.AsSpan(0, size));
            ResizeRow(_ring.AsSpan(_rowsIn++ % _vertical.MaxTaps * _stride, _stride));
            for (; _rowsOut < _vertical.Outputs; _rowsOut++)
            {
                if (_vertical.Start(_rowsOut) + _vertical.Count(_rowsOut) > _rowsIn)
                {
                    break;
                }

                AddRows(_vertical.Start(_rowsOut), _vertical.Weights(_rowsOut));
            }
        }
    }

    private static float Share(int weight) => weight * (1f / (1 << ResampleWeights.PrecisionBits));

    private void ResizeRow(Span<float> target)
    {
        ref var source = ref MemoryMarshal.GetArrayDataReference(_source);
        ref var destination = ref MemoryMarshal.GetReference(target);
        for (var output = 0; output < _horizontal.Outputs; output++)
        {
            var from = _horizontal.Start(output) * Channels;
            var sum = Vector128<float>.Zero;
            foreach (var weight in _horizontal.Weights(output))
            {
                sum += Vector128.LoadUnsafe(ref source, (nuint)from) * Share(weight);
                from += Channels;
            }

            // The fourth number is overwritten by the next pixel.
            sum.StoreUnsafe(ref destination, (nuint)(output * Channels));
        }
    }

    private void AddRows(int start, ReadOnlySpan<int> weights)
    {
        _sums.AsSpan().Fill(0.5f);
        for (var i = 0; i < weights.Length; i++)
        {
            var row = _ring.AsSpan((start + i) % _vertical.MaxTaps * _stride, _sums.Length);
            TensorPrimitives.MultiplyAdd(row, Share(weights[i]) * Steps, _sums, _sums);
        }

        TensorPrimitives.ConvertSaturating<float, ushort>(_sums, Output.AsSpan(_rowsOut * _sums.Length, _sums.Length));
    }
}

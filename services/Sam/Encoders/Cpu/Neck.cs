using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: the neck of the image encoder. 1x1 convolution, LayerNorm2d, 3x3 convolution, LayerNorm2d.
/// </summary>
internal sealed unsafe class Neck<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Taps = 3;
    private readonly Conv1x1<TSimd, TVector> _first;
    private readonly LayerNorm2d<TSimd, TVector> _firstNorm;
    private readonly Conv1x1<TSimd, TVector>[] _second;
    private readonly LayerNorm2d<TSimd, TVector> _secondNorm;

    public Neck(EncoderWeights<TSimd, TVector> weights)
    {
        _first = weights.Product("neck", 0);
        _firstNorm = weights.Norm("neck", 0);
        _second = weights.ByTap("neck", 0);
        _secondNorm = weights.Norm("neck", 1);
    }

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>A map to the embedding [256, side, side].</summary>
    public void Apply(
        EncoderWorkspace space,
        FeatureMap input,
        BufferSlot slot,
        Memory<float> embedding,
        CancellationToken cancellationToken)
    {
        var middle = space.Map(slot, _first.Outputs, input.Side);
        middle.ClearMargins();
        space.Run(input.Side, (memory, row) => MakeMiddle(memory, input, middle, row), cancellationToken);
        space.Run(input.Side, (memory, row) => MakeRow(memory, middle, row, embedding.Span), cancellationToken);
    }

    private void MakeMiddle(Arena memory, FeatureMap input, FeatureMap middle, int row)
    {
        var block = memory.AllocateUninitialized(input.Channels, Width).Data;
        for (var column = 0; column < input.Side; column += Width)
        {
            ColumnTile<TSimd, TVector>.Pack(input.Row(row) + column, input.Stride, input.Channels, block);
            _first.Set(block, Width, middle.Row(row) + column, middle.Stride);
        }

        _firstNorm.Apply(middle.Row(row), middle.Side, middle.Stride);
    }

    private void MakeRow(Arena memory, FeatureMap middle, int row, Span<float> embedding)
    {
        var channels = _second[0].Outputs;
        var result = memory.Allocate(channels, middle.Stride);
        for (var column = 0; column < middle.Side; column += Width)
        {
            for (var down = 0; down < Taps; down++)
            {
                var from = row + down - 1;
                for (var across = 0; across < Taps && from >= 0 && from < middle.Side; across++)
                {
                    var tap = _second[down * Taps + across];
                    tap.AddInputs(
                        0,
                        tap.Inputs,
                        middle.Row(from) + column + across - 1,
                        middle.Stride,
                        result.Data + column,
                        result.Stride);
                }
            }
        }

        _secondNorm.Apply(result.Data, middle.Side, result.Stride);
        for (var channel = 0; channel < channels; channel++)
        {
            result.Span(channel, middle.Side).CopyTo(embedding[((channel * middle.Side + row) * middle.Side)..]);
        }
    }
}

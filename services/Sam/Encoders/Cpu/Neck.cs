using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: the neck of the image encoder. 1x1 convolution, LayerNorm2d, 3x3 convolution, LayerNorm2d.
/// </summary>
internal sealed unsafe class Neck<TSimd, TVector>(EncoderWeights<TSimd, TVector> weights)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Taps = 3;
    private readonly Conv1x1<TSimd, TVector> _conv1 = weights.Product("neck", 0);
    private readonly LayerNorm2d<TSimd, TVector> _norm1 = weights.Norm("neck", 0);
    private readonly Conv1x1<TSimd, TVector>[] _conv2 = weights.ByTap("neck", 0);
    private readonly LayerNorm2d<TSimd, TVector> _norm2 = weights.Norm("neck", 1);

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Computes the embedding [256, side, side] of a map.</summary>
    public void Apply(
        EncoderWorkspace space,
        FeatureMap input,
        BufferSlot slot,
        Memory<float> embedding,
        CancellationToken cancellationToken)
    {
        var middle = space.Map(slot, _conv1.Outputs, input.Side);
        middle.ClearMargins();
        space.Run(input.Side, (memory, row) => ComputeMiddle(memory, input, middle, row), cancellationToken);
        space.Run(input.Side, (memory, row) => ComputeRow(memory, middle, row, embedding.Span), cancellationToken);
    }

    private void ComputeMiddle(Arena memory, FeatureMap input, FeatureMap middle, int row)
    {
        var tile = memory.AllocateUninitialized(input.Channels, Width);
        for (var column = 0; column < input.Side; column += Width)
        {
            ColumnTile<TSimd, TVector>.Pack(input.Row(row) + column, input.Stride, input.Channels, tile.Data);
            _conv1.Apply(tile.AsB(), new Tile(middle.Row(row) + column, middle.Stride, Width));
        }

        _norm1.Apply(middle.Row(row), middle.Side, middle.Stride);
    }

    private void ComputeRow(Arena memory, FeatureMap middle, int row, Span<float> embedding)
    {
        var channels = _conv2[0].Outputs;
        var result = memory.Allocate(channels, middle.Stride);
        for (var column = 0; column < middle.Side; column += Width)
        {
            for (var down = 0; down < Taps; down++)
            {
                var from = row + down - 1;
                for (var across = 0; across < Taps && from >= 0 && from < middle.Side; across++)
                {
                    var tap = _conv2[down * Taps + across];
                    tap.AccumulateInputs(
                        0,
                        tap.Inputs,
                        new OperandB<float>(middle.Row(from) + column + across - 1, middle.Stride),
                        result.AsTile(0, column, Width));
                }
            }
        }

        _norm2.Apply(result.Data, middle.Side, result.Stride);
        for (var channel = 0; channel < channels; channel++)
        {
            result.Span(channel, middle.Side).CopyTo(embedding[((channel * middle.Side + row) * middle.Side)..]);
        }
    }
}

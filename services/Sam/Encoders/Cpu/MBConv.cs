using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: <c>MBConv</c> and <c>PatchMerging</c>, which are alike: 1x1 to more channels, GELU, 3x3 by channel, GELU,
/// 1x1; and with <c>MBConv</c> the input is added and a GELU follows. The wide rows in between are made as they are
/// needed, and no more than three are kept.
/// </summary>
internal sealed unsafe class MBConv<TSimd, TVector>(
    Conv1x1<TSimd, TVector> first,
    DepthwiseConv3x3<TSimd, TVector> middle,
    Conv1x1<TSimd, TVector> last,
    int step,
    bool addsInput)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Kept = 3;
    private const int Margin = FeatureMap.Margin;

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>A map to another of side / step.</summary>
    public FeatureMap Apply(EncoderWorkspace space, FeatureMap input, BufferSlot slot, CancellationToken cancellationToken)
    {
        var output = space.Map(slot, last.Outputs, input.Side / step, input.Alike.Convolved(step));
        output.ClearMargins();
        space.RunRows(
            output, (memory, start, end) => MakeRows(memory, input, output, start, end), cancellationToken);
        return output;
    }

    private void MakeRows(Arena memory, FeatureMap input, FeatureMap output, int start, int end)
    {
        var columns = output.Side;
        var stride = columns + Margin;
        var slot = step * first.Outputs;

        // One more, which stays zero, for the rows outside.
        var wide = memory.Allocate((Kept + 1) * slot + 1, stride);
        var blocks = (memory.AllocateUninitialized(step * first.Inputs, Width), memory.AllocateUninitialized(first.Outputs, Width));
        var merged = memory.AllocateUninitialized(columns / Width * middle.Channels, Width).Data;

        // With a step of two, even columns lie before odd ones.
        (nint, nint, nint) taps = step == 1 ? (-1, 0, 1) : (first.Outputs * stride - 1, 0, first.Outputs * stride);
        ChannelRow Wide(int row) => new(
            wide.Row((row < 0 || row >= input.Side ? Kept : row % Kept) * slot) + Margin, stride);

        var next = Math.Max(0, step * start - 1);
        for (var row = start; row < end; row++)
        {
            for (; next <= Math.Min(step * row + 1, input.Side - 1); next++)
            {
                Widen(input.Row(next), input.Stride, columns, blocks, Wide(next));
            }

            middle.Apply(
                (Wide(step * row - 1), Wide(step * row), Wide(step * row + 1)),
                taps,
                new TiledRow(merged, Width, middle.Channels * Width),
                columns,
                withGelu: true);
            Narrow(merged, columns, output.Row(row), output.Stride, input, row);
        }
    }

    private void Widen(float* row, int strideRow, int columns, (Matrix Inputs, Matrix Outputs) blocks, ChannelRow wide)
    {
        var (even, odd) = (0, first.Inputs);
        for (var column = 0; column < columns; column += Width)
        {
            if (step == 1)
            {
                ColumnTile<TSimd, TVector>.Pack(row + column, strideRow, first.Inputs, blocks.Inputs.Row(even));
            }
            else
            {
                ColumnTile<TSimd, TVector>.PackParities(
                    row + step * column, strideRow, first.Inputs, blocks.Inputs.Row(even), blocks.Inputs.Row(odd));
            }

            for (var parity = 0; parity < step; parity++)
            {
                first.Set(blocks.Inputs.Row(parity * first.Inputs), Width, blocks.Outputs.Data, Width);
                ColumnTile<TSimd, TVector>.Gelu(
                    blocks.Outputs.Data,
                    first.Outputs,
                    wide.Data + parity * first.Outputs * wide.Stride + column,
                    wide.Stride);
            }
        }
    }

    private void Narrow(float* merged, int columns, float* result, int stride, FeatureMap input, int row)
    {
        for (var column = 0; column < columns; column += Width, merged += middle.Channels * Width)
        {
            last.Set(merged, Width, result + column, stride);
            if (addsInput)
            {
                ColumnTile<TSimd, TVector>.AddGelu(
                    result + column, stride, input.Row(row) + column, input.Stride, last.Outputs);
            }
        }
    }
}

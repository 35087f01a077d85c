using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: <c>MBConv</c> and <c>PatchMerging</c>. 1x1 convolution to more channels, GELU, depthwise
/// 3x3 convolution, GELU, 1x1 convolution; <c>MBConv</c> then adds the input and applies a GELU. Expanded rows are
/// computed when the 3x3 convolution needs them, and three are held at a time.
/// </summary>
/// <param name="conv1">1x1 convolution to more channels.</param>
/// <param name="conv2">Depthwise convolution.</param>
/// <param name="conv3">1x1 convolution to the output.</param>
/// <param name="stride">Stride of the depthwise convolution: 1 or 2.</param>
/// <param name="addsInput">True for <c>MBConv</c>.</param>
internal sealed unsafe class MBConv<TSimd, TVector>(
    Conv1x1<TSimd, TVector> conv1,
    DepthwiseConv3x3<TSimd, TVector> conv2,
    Conv1x1<TSimd, TVector> conv3,
    int stride,
    bool addsInput)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int RowsHeld = 3;
    private const int Margin = FeatureMap.Margin;

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Computes a map of side / stride.</summary>
    public FeatureMap Apply(
        EncoderWorkspace space, FeatureMap input, BufferSlot slot, CancellationToken cancellationToken)
    {
        var output = space.Map(slot, conv3.Outputs, input.Side / stride, input.Alike.Convolved(stride));
        output.ClearMargins();
        space.RunRows(
            output, (memory, start, end) => ComputeRows(memory, input, output, start, end), cancellationToken);
        return output;
    }

    private void ComputeRows(Arena memory, FeatureMap input, FeatureMap output, int start, int end)
    {
        var columns = output.Side;
        var rowStride = columns + Margin;
        var slot = stride * conv1.Outputs;

        // One slot more stays zero, for the rows outside.
        var wide = memory.Allocate((RowsHeld + 1) * slot + 1, rowStride);
        var tiles = (
            memory.AllocateUninitialized(stride * conv1.Inputs, Width),
            memory.AllocateUninitialized(conv1.Outputs, Width));
        var merged = new TiledRow(
            memory.AllocateUninitialized(columns / Width * conv2.Channels, Width).Data, Width, conv2.Channels * Width);

        // With a stride of two, even columns lie before odd ones.
        var odd = conv1.Outputs * rowStride;
        (nint, nint, nint) taps = stride == 1 ? (-1, 0, 1) : (odd - 1, 0, odd);
        ChannelRow Wide(int row) => new(
            wide.Row((row < 0 || row >= input.Side ? RowsHeld : row % RowsHeld) * slot) + Margin, rowStride);

        var next = Math.Max(0, stride * start - 1);
        for (var row = start; row < end; row++)
        {
            for (; next <= Math.Min(stride * row + 1, input.Side - 1); next++)
            {
                Expand(input.Row(next), input.Stride, columns, tiles, Wide(next));
            }

            conv2.Apply(
                (Wide(stride * row - 1), Wide(stride * row), Wide(stride * row + 1)),
                taps,
                merged,
                columns,
                withGelu: true);
            Project(merged, columns, output.Row(row), output.Stride, input, row);
        }
    }

    private void Expand(float* row, int strideRow, int columns, (Matrix Inputs, Matrix Outputs) tiles, ChannelRow wide)
    {
        var (even, odd) = (0, conv1.Inputs);
        for (var column = 0; column < columns; column += Width)
        {
            if (stride == 1)
            {
                ColumnTile<TSimd, TVector>.Pack(row + column, strideRow, conv1.Inputs, tiles.Inputs.Row(even));
            }
            else
            {
                ColumnTile<TSimd, TVector>.PackParities(
                    row + stride * column, strideRow, conv1.Inputs, tiles.Inputs.Row(even), tiles.Inputs.Row(odd));
            }

            for (var parity = 0; parity < stride; parity++)
            {
                conv1.Apply(tiles.Inputs.AsB().FromRow(parity * conv1.Inputs), tiles.Outputs.AsTile());
                ColumnTile<TSimd, TVector>.Gelu(
                    tiles.Outputs.Data,
                    conv1.Outputs,
                    wide.Data + parity * conv1.Outputs * wide.Stride + column,
                    wide.Stride);
            }
        }
    }

    private void Project(TiledRow merged, int columns, float* result, int rowStride, FeatureMap input, int row)
    {
        for (var column = 0; column < columns; column += Width)
        {
            conv3.Apply(merged.Tile(column / Width), new Tile(result + column, rowStride, Width));
            if (addsInput)
            {
                ColumnTile<TSimd, TVector>.AddGelu(
                    result + column, rowStride, input.Row(row) + column, input.Stride, conv3.Outputs);
            }
        }
    }
}

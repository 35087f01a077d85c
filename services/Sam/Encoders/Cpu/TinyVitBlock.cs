using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: <c>TinyViTBlock</c>. Window attention, a depthwise convolution of 3 x 3, and an MLP whose hidden values
/// exist for a tile of columns and some channels at a time.
/// </summary>
internal sealed unsafe class TinyVitBlock<TSimd, TVector>(EncoderWeights<TSimd, TVector> weights, string block)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    // The weights to and from so many hidden channels stay in the L2 cache while a row's columns pass.
    private const int HiddenPart = 128;
    private readonly WindowAttention<TSimd, TVector> _attention = new(weights, block);
    private readonly DepthwiseConv3x3<TSimd, TVector> _localConv = weights.Depthwise(block, 0);
    private readonly LayerNorm2d<TSimd, TVector> _norm = weights.Norm(block, ^1);

    private readonly Conv1x1<TSimd, TVector> _fc1 =
        weights.Product(block, 0, weights.Read(block, "BiasGelu", 0, 1).Values);

    private readonly Conv1x1<TSimd, TVector> _fc2 =
        weights.Product(block, 1, weights.Read(block, "Add", ^2, 1).Values);

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Applies the block to a map, which is changed; the result has the same size.</summary>
    public FeatureMap Apply(
        EncoderWorkspace space, FeatureMap input, BufferSlot slot, CancellationToken cancellationToken)
    {
        _attention.Add(space, input, cancellationToken);
        var output = space.Map(slot, input.Channels, input.Side);
        output.ClearMargins();
        space.Run(input.Side, (memory, row) => ComputeRow(memory, input, output, row), cancellationToken);
        return output;
    }

    private void ComputeRow(Arena memory, FeatureMap input, FeatureMap output, int row)
    {
        var result = output.Row(row);
        var (stride, channels) = (output.Stride, output.Channels);
        var outside = new ChannelRow(memory.Allocate(1, stride + FeatureMap.Margin).Data + FeatureMap.Margin, 0);
        ChannelRow Row(int y) => y < 0 || y >= input.Side ? outside : new ChannelRow(input.Row(y), input.Stride);
        _localConv.Apply(
            (Row(row - 1), Row(row), Row(row + 1)),
            (-1, 0, 1),
            new TiledRow(result, stride, Width),
            output.Side,
            withGelu: false);

        var normalised = new TiledRow(
            memory.AllocateUninitialized(output.Side / Width * channels, Width).Data, Width, channels * Width);
        var hidden = memory.AllocateUninitialized(HiddenPart, Width);
        for (var column = 0; column < output.Side; column += Width)
        {
            _norm.Apply(result + column, Width, stride, normalised.Start(column / Width), Width);
        }

        ColumnTile<TSimd, TVector>.AddBias(result, stride, output.Side, _fc2.Bias);
        for (var part = 0; part < _fc1.Outputs; part += HiddenPart)
        {
            var count = Math.Min(HiddenPart, _fc1.Outputs - part);
            for (var column = 0; column < output.Side; column += Width)
            {
                _fc1.ApplyOutputs(part, count, normalised.Tile(column / Width), hidden.AsTile());
                VectorMath<TSimd, TVector>.Gelu(hidden.Data, count * Width);
                _fc2.AccumulateInputs(part, count, hidden.AsB(), new Tile(result + column, stride, Width));
            }
        }
    }
}

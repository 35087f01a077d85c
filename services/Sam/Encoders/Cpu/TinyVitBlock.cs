using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Reference: <c>TinyViTBlock</c>. Attention in windows, a convolution of 3 x 3 by channel, a perceptron, whose hidden
/// values exist for a block of columns and some channels at a time.
/// </summary>
internal sealed unsafe class TinyVitBlock<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    // Weights to and from so many hidden channels stay in the second cache while a row's columns pass.
    private const int HiddenPart = 128;
    private readonly WindowAttention<TSimd, TVector> _attention;
    private readonly DepthwiseConv3x3<TSimd, TVector> _convolution;
    private readonly LayerNorm2d<TSimd, TVector> _norm;
    private readonly Conv1x1<TSimd, TVector> _widen;
    private readonly Conv1x1<TSimd, TVector> _narrow;

    public TinyVitBlock(EncoderWeights<TSimd, TVector> weights, string block)
    {
        _attention = new(weights, block);
        _convolution = weights.ByChannel(block, 0);
        _norm = weights.Norm(block, ^1);
        _widen = weights.Product(block, 0, weights.Read(block, "BiasGelu", 0, 1).Values);
        _narrow = weights.Product(block, 1, weights.Read(block, "Add", ^2, 1).Values);
    }

    private static int Width => ColumnTile<TSimd, TVector>.Width;

    /// <summary>A map to another of the same size; the input is changed.</summary>
    public FeatureMap Apply(EncoderWorkspace space, FeatureMap input, BufferSlot slot, CancellationToken cancellationToken)
    {
        _attention.Add(space, input, cancellationToken);
        var output = space.Map(slot, input.Channels, input.Side);
        output.ClearMargins();
        space.Run(input.Side, (memory, row) => MakeRow(memory, input, output, row), cancellationToken);
        return output;
    }

    private void MakeRow(Arena memory, FeatureMap input, FeatureMap output, int row)
    {
        var result = output.Row(row);
        var (stride, channels) = (output.Stride, output.Channels);
        var outside = new ChannelRow(memory.Allocate(1, stride + FeatureMap.Margin).Data + FeatureMap.Margin, 0);
        ChannelRow Row(int y) => y < 0 || y >= input.Side ? outside : new ChannelRow(input.Row(y), input.Stride);
        _convolution.Apply(
            (Row(row - 1), Row(row), Row(row + 1)),
            (-1, 0, 1),
            new TiledRow(result, stride, Width),
            output.Side,
            withGelu: false);

        var blocks = memory.AllocateUninitialized(output.Side / Width * channels, Width).Data;
        var hidden = memory.AllocateUninitialized(HiddenPart, Width).Data;
        for (var column = 0; column < output.Side; column += Width)
        {
            _norm.Apply(result + column, Width, stride, blocks + column * channels, Width);
        }

        ColumnTile<TSimd, TVector>.AddBias(result, stride, output.Side, _narrow.Bias);
        for (var part = 0; part < _widen.Outputs; part += HiddenPart)
        {
            var count = Math.Min(HiddenPart, _widen.Outputs - part);
            for (var column = 0; column < output.Side; column += Width)
            {
                _widen.SetOutputs(part, count, blocks + column * channels, Width, hidden, Width);
                VectorMath<TSimd, TVector>.Gelu(hidden, count * Width);
                _narrow.AddInputs(part, count, hidden, Width, result + column, stride);
            }
        }
    }
}

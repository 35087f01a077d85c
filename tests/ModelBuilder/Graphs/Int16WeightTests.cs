using System.Runtime.InteropServices;
using CsCheck;
using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Tests.Graphs;

public sealed class Int16WeightTests
{
    [Fact]
    public void From_AnyTensor_ErrsByHalfAStepOfItsChannelAtMost() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[0, 1], Gen.Int[0, 1000]).Sample((rows, columns, axis, seed) =>
        {
            var random = new Random(seed);
            var values = Enumerable.Range(0, rows * columns)
                .Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-3, 4)));
            var tensor = new Tensor([rows, columns], [.. values]);

            var compact = Int16Weight.From(tensor, axis);

            var stored = MemoryMarshal.Cast<byte, short>(compact.Values.RawData.Span);
            for (var i = 0; i < stored.Length; i++)
            {
                var scale = compact.Scale.Values[axis == 0 ? i / columns : i % columns];
                Assert.True(Math.Abs((stored[i] * scale) - tensor.Values[i]) <= scale * 0.51f);
            }
        });

    [Fact]
    public void From_ZeroChannel_StaysZero()
    {
        var compact = Int16Weight.From(new Tensor([2, 2], [0, 1, 0, -2]), axis: 1);

        Assert.Equal([0, 16384, 0, -32767], MemoryMarshal.Cast<byte, short>(compact.Values.RawData.Span).ToArray());
        Assert.Equal([1, 2], compact.Scale.Shape);
    }
}

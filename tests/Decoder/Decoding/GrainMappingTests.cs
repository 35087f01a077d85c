using Segmentation.Common;
using Segmentation.Decoder.Decoding;
using Segmentation.Grains;

namespace Segmentation.Decoder.Tests.Decoding;

public sealed class GrainMappingTests
{
    [Theory]
    [InlineData(Lane.Interactive, false)]
    [InlineData(Lane.Batch, true)]
    public void ToOptions_Lane_SaysWhetherManyPromptsAreComing(Lane lane, bool expected)
    {
        // The request alone decides, so every silo rounds alike.
        var request = new DecodeRequest { Prompts = [new() { Points = [new(1, 1, true)] }], Lane = lane };

        Assert.Equal(expected, GrainMapping.ToOptions(request).UseImageProjections);
    }
}

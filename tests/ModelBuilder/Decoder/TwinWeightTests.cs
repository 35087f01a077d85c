using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.ModelBuilder.Tests.Decoder;

/// <summary>The weights that are read from each published layout are those that were put in.</summary>
public sealed class TwinWeightTests
{
    public static TheoryData<string> Layouts => [.. TwinCases.All.Keys];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Read_PublishedLayout_FindsEveryWeight(string layout)
    {
        var options = TwinCases.All[layout];
        var (model, expected) = DecoderTwin.Build(options);

        var read = new DecoderWeightReader(new PublishedWeights(model, "twin.onnx")).Read();

        var comparison = new TwinComparison(expected, options);
        comparison.AssertEqual(read);
        Assert.Equal(options.IsSam2, read.IsSam2);
        Assert.Equal(options.Form != TwinForm.HuggingFace, read.HasCorners);
        Assert.Equal(!options.IsHuggingFace, read.HasMaskPrompt);
        Assert.Equal([0, 1, 2, 3], read.Tokens);
    }
}

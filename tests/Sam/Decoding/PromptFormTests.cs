using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Decoding;

/// <summary>Order and padding of points as the published decoders expect them.</summary>
public sealed class PromptFormTests
{
    private static readonly Prompt _click = new() { Points = [new(100, 50, PointLabel.Foreground)] };
    private static readonly Prompt _both = _click with { Box = new(10, 20, 30, 40) };

    [Fact]
    public void Labels_Sam1_PadsPointsAndPutsBoxesLast()
    {
        var form = PromptForm.Of(DecoderLayout.Built);

        Assert.Equal(PromptForm.Sam1, form);
        Assert.Equal([1f, -1], Batch(_click, form).Labels);
        Assert.Equal([1f, 2, 3], Batch(_both, form).Labels);
    }

    [Fact]
    public void Labels_Sam2_PadsAlwaysAndPutsBoxesFirst()
    {
        var form = PromptForm.Of(DecoderLayout.Built with { Family = "sam2" });

        Assert.Equal([1f, -1], Batch(_click, form).Labels);
        Assert.Equal([2f, 3, 1, -1], Batch(_both, form).Labels);
    }

    [Fact]
    public void Labels_GraphThatPads_GetNoPaddingPoint()
    {
        var form = PromptForm.Of(DecoderLayout.Built with { Family = "sam2", AddsPadding = true });

        Assert.Equal([1f], Batch(_click, form).Labels);
        Assert.Equal([2f, 3, 1], Batch(_both, form).Labels);
    }

    [Fact]
    public void Boxes_InputOfTheirOwn_AreNoPoints()
    {
        var form = PromptForm.Of(
            DecoderLayout.Built with { Family = "huggingface-sam2", AddsPadding = true, Box = BoxPort.Input });

        var batch = Batch(_both, form, Resizing.Stretch);

        // 400 x 200 pixels become 1024 x 1024.
        Assert.Equal([1f], batch.Labels);
        Assert.Equal([256f, 256], batch.Coordinates);
        Assert.Equal([25.6f, 102.4f, 76.8f, 204.8f], batch.BoxesApart);
        Assert.NotEqual(
            BatchKey.Of(_both, 0, Masks.MaskCount.One, form), BatchKey.Of(_click, 0, Masks.MaskCount.One, form));
    }

    [Fact]
    public void Coordinates_PixelsOfTheImage_AreOfASquareOf256()
    {
        var form = PromptForm.Of(
            DecoderLayout.Built with { Family = "efficient-sam", AddsPadding = true, TakesImagePixels = true });

        Assert.Equal([64f, 64], Batch(_click, form, Resizing.Stretch).Coordinates);
    }

    private static DecodeBatch Batch(Prompt prompt, PromptForm form, Resizing resizing = Resizing.LongestSide) =>
        new(new ImageGeometry(400, 200, resizing), [prompt], [0], wholeSquare: false, form);
}

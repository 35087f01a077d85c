using Segmentation.Masks;

namespace Segmentation.Browser.Tests;

public sealed class TruthClicksTests
{
    [Fact]
    public void Next_NothingDrawn_MiddleOfTheTruth() =>
        Assert.Equal((3.5, 3.5, true), TruthClicks.Next(Box(1, 1, 5, 5), null));

    [Fact]
    public void Next_TooMuchDrawn_MiddleOfWhatIsTooMuch() =>
        Assert.Equal((8.5, 3.5, false), TruthClicks.Next(Box(1, 1, 5, 5), Box(1, 1, 10, 5)));

    [Fact]
    public void Next_RegionAtTheEdgeOfThePicture_IsNotOutsideIt() =>
        Assert.Equal((1.5, 1.5, true), TruthClicks.Next(Box(0, 0, 3, 3), null));

    /// <summary>A box in a picture of 12 x 12 pixels.</summary>
    private static RunLengths Box(int x, int y, int width, int height)
    {
        var pixels = new byte[12 * 12];
        for (var row = y; row < y + height; row++)
        {
            pixels.AsSpan((row * 12) + x, width).Fill(1);
        }

        return RunLengths.FromBytes(12, 12, pixels);
    }
}

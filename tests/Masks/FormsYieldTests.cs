using Segmentation.Masks.Png;
using Segmentation.Masks.Polygons;
using Segmentation.Masks.Rasterizing;
using Segmentation.Masks.Tests.Rasterizing;

namespace Segmentation.Masks.Tests;

/// <summary>
/// Forms of the largest masks: the thread is free for others all the while, and whoever leaves ends them.
/// </summary>
public sealed class FormsYieldTests
{
    private const int Side = 10_000;

    // A comb: every second column has an edge every few rows, so that every form is long.
    private static readonly RunLengths _comb = Comb();

    public static TheoryData<string, int> Forms => new()
    {
        { "png", 1500 }, { "polygons", 600 }, { "text", 100 }, { "runs", 600 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Make_OfALargeMask_ChecksTheYieldPointAllTheTime(string form, int least)
    {
        var passes = 0;
        Make(form, new YieldPoint(() => passes++, TestContext.Current.CancellationToken));
        Assert.InRange(passes, least, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Make_CancelledOnTheWay_EndsAtTheNextCheck(string form, int least)
    {
        using var leaves = new CancellationTokenSource();
        var passes = 0;
        var yieldPoint = new YieldPoint(
            () =>
            {
                if (++passes == least / 2)
                {
                    leaves.Cancel();
                }
            },
            leaves.Token);

        Assert.Throws<OperationCanceledException>(() => Make(form, yieldPoint));
        Assert.Equal(least / 2, passes);
    }

    private static void Make(string form, YieldPoint yieldPoint)
    {
        switch (form)
        {
            case "png":
                MaskPng.Encode(_comb, yieldPoint);
                break;
            case "polygons":
                MaskPolygons.Trace(_comb, yieldPoint);
                break;
            case "text":
                _comb.ToCocoString(yieldPoint);
                break;
            default:
                MaskRasterizer.Rasterize(
                    LogitsGen.Make(1, 1), 256, 256, new(new(Side, Side)), new MaskWorkspace(), yieldPoint: yieldPoint);
                break;
        }
    }

    private static RunLengths Comb()
    {
        const uint Tooth = 25;
        var counts = new List<uint>();
        for (var column = 0; column < Side; column += 2)
        {
            for (var row = 0u; row < Side; row += 2 * Tooth)
            {
                counts.AddRange([Tooth, Tooth]);
            }

            counts[^1] += Side;
        }

        return new RunLengths(Side, Side, [.. counts]);
    }
}

using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using Segmentation.Masks;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>
/// A robot annotates pictures at the desk as a person would who knows the truth, and says how many clicks and how much of
/// the machine's time a mask takes. SEGMENTATION_ANNOTATE names a folder of COCO annotations to take in place of the two
/// pictures of the tests, SEGMENTATION_ANNOTATE_OBJECTS the most objects of a picture.
/// </summary>
public sealed class AnnotatingTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int MostClicks = 5;
    private const double GoodIoU = 0.9;

    private static readonly int _mostObjects = int.Parse(
        Environment.GetEnvironmentVariable("SEGMENTATION_ANNOTATE_OBJECTS") ?? "4", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Desk_ClickedTowardsTheTruth_HasTheMasks()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Environment.GetEnvironmentVariable("SEGMENTATION_ANNOTATE")
            ?? Path.Combine(AppContext.BaseDirectory, "Data", "nuclei");
        await using var studio = await browser.OpenAsync(cancel);
        var made = new List<Made>();
        foreach (var truth in Truth.Read(folder))
        {
            made.AddRange(await AnnotateAsync(studio, truth, cancel));
        }

        var ious = made.Select(mask => mask.IoU).ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{made.Count} masks: mean IoU {ious.Average():0.000}, above {GoodIoU}: {ious.Average(iou => iou > GoodIoU ? 1 : 0):0.00}, "
                + $"{made.Average(mask => mask.Clicks):0.00} clicks a mask, "
                + $"{made.Average(mask => mask.Seconds):0.000} s of the machine a mask"));
        Assert.True(ious.Average() > 0.7, $"mean IoU {ious.Average()}");
        studio.AssertNoTroubles();
    }

    private async Task<List<Made>> AnnotateAsync(StudioPage studio, Truth truth, CancellationToken cancel)
    {
        var project = await DeskProject.CreateAsync(browser.Server.Address, Guid.NewGuid().ToString(), cancel, file: truth.File);
        var desk = new DeskPage(studio, browser.Server.Address, project);
        await desk.OpenAsync();
        await Expect(studio.Page.Locator(".picture-name [role=status]")).ToHaveCountAsync(0);
        var made = new List<Made>();
        foreach (var wanted in truth.Objects.OrderByDescending(mask => mask.Area).Take(_mostObjects))
        {
            made.Add(await AnnotateAsync(desk, project, wanted, made.Count, cancel));
        }

        return made;
    }

    /// <summary>Clicks until the mask is good enough.</summary>
    private static async Task<Made> AnnotateAsync(
        DeskPage desk, DeskProject project, RunLengths wanted, int before, CancellationToken cancel)
    {
        await desk.Page.Keyboard.PressAsync("n");
        var known = (await project.MasksAsync(cancel)).Keys.ToHashSet();
        RunLengths? mask = null;
        var time = TimeSpan.Zero;
        for (var clicks = 1; ; clicks++)
        {
            var (x, y, isForeground) = TruthClicks.Next(wanted, mask);
            var start = Stopwatch.GetTimestamp();
            await desk.Studio.ClickAsync(x, y, isForeground ? MouseButton.Left : MouseButton.Right);
            time += Stopwatch.GetElapsedTime(start);
            await Expect(desk.Objects).ToHaveCountAsync(before + 1);
            await desk.SavedAsync();
            var (_, counts) = Assert.Single(await project.MasksAsync(cancel), one => !known.Contains(one.Key));
            mask = RunLengths.FromCocoString(wanted.Height, wanted.Width, counts);
            if (mask.IoU(wanted) > GoodIoU || clicks == MostClicks)
            {
                return new(clicks, time.TotalSeconds, mask.IoU(wanted));
            }
        }
    }

    /// <param name="Clicks">Clicks that the mask took.</param>
    /// <param name="Seconds">From the clicks to the masks on the page, together.</param>
    /// <param name="IoU">With the truth.</param>
    private sealed record Made(int Clicks, double Seconds, double IoU);
}

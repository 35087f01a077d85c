using System.Globalization;
using System.Text;

namespace Segmentation.Browser.Tests;

/// <summary>Measures what a user waits for, and writes it to artifacts/browser/timings.md.</summary>
public sealed class TimingTests(BrowserFixture browser)
{
    private const int Clicks = 40;

    [Fact(Timeout = 600_000)]
    public async Task Click_ToPaintedMask_IsMeasuredAtBothPlaces()
    {
        var report = new StringBuilder("| picture | decoded | clicks | p50 ms | p95 ms |\n|---|---|---|---|---|\n");
        foreach (var picture in new[] { "coffee.png", "seeding.jpg" })
        {
            foreach (var place in new[] { "server", "browser" })
            {
                await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
                await studio.OpenPictureAsync(picture);
                await studio.DecodeAsync(place);
                var times = await ClickAsync(studio);
                var (half, most) = (times[times.Length / 2], times[times.Length * 95 / 100]);
                report.AppendLine(
                    CultureInfo.InvariantCulture, $"| {picture} | {place} | {times.Length} | {half:F0} | {most:F0} |");
                Assert.Equal(Clicks, times.Length);
                studio.AssertNoTroubles();
            }
        }

        report.Append(await LoadingAsync());
        await File.WriteAllTextAsync(
            Artifacts.PathOf("timings.md"), report.ToString(), TestContext.Current.CancellationToken);
        TestContext.Current.SendDiagnosticMessage(report.ToString());
    }

    /// <summary>Clicks all over the picture, each an object of its own; sorted milliseconds.</summary>
    private static async Task<double[]> ClickAsync(StudioPage studio)
    {
        // Looking at every frame, as Playwright would, keeps a core busy with frames.
        const string Painted = """
            count => new Promise((resolve) => {
              const observer = new PerformanceObserver(() => {
                if (performance.getEntriesByName('click-to-mask').length >= count) {
                  observer.disconnect();
                  resolve();
                }
              });
              observer.observe({ type: 'measure', buffered: true });
            })
            """;
        var (width, height) = await studio.SizeAsync();
        for (var warming = -3; warming < Clicks; warming++)
        {
            if (warming == 0)
            {
                await studio.Page.EvaluateAsync("performance.clearMeasures('click-to-mask')");
            }

            var step = warming + 3;
            var (left, top) = await studio.OnPageAsync(
                (0.2 + (0.6 * (step % 7) / 6)) * width, (0.2 + (0.6 * (step % 5) / 4)) * height);
            // Whoever asks the page while it decodes takes one of two cores from it.
            var painted = studio.Page.EvaluateAsync(Painted, warming < 0 ? step + 1 : warming + 1);
            await studio.Page.Mouse.ClickAsync(left, top);
            await painted;
            await studio.Page.Keyboard.PressAsync("Backspace");
        }

        var times = await studio.Page.EvaluateAsync<double[]>(
            "performance.getEntriesByName('click-to-mask').map((entry) => entry.duration)");
        return [.. times.Order()];
    }

    /// <summary>What a first visit loads, and when the page can be used.</summary>
    private async Task<string> LoadingAsync()
    {
        const string Loaded = """
            ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
              .reduce((sum, entry) => sum + entry.transferSize, 0)
            """;
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var interactive = await studio.Page.EvaluateAsync<double>(
            "performance.getEntriesByName('interactive')[0].startTime");
        await studio.Page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.NetworkIdle);
        var first = await studio.Page.EvaluateAsync<long>(Loaded);
        return string.Create(CultureInfo.InvariantCulture,
            $"\nInteractive after {interactive:F0} ms; {first / 1000} kB before the first click, examples included.\n");
    }
}

using Microsoft.Playwright;
using Segmentation.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The page that <c>segctl evaluate</c> writes, opened from the disk.</summary>
public sealed class EvaluationReportTests(BrowserFixture browser) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 600_000)]
    public async Task Report_OpenedAndPrinted_IsWholeReadableAndAsksNobody()
    {
        browser.Require();
        var report = new Uri(await EvaluateAsync(TestContext.Current.CancellationToken));
        await using var context = await (await browser.BrowserAsync(BrowserKind.Chromium)).NewContextAsync(new()
        {
            ViewportSize = new() { Width = 1360, Height = 850 },
        });
        var page = await context.NewPageAsync();
        var (asked, troubles) = (new List<string>(), new List<string>());
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => troubles.Add(message.Text);
        page.PageError += (_, error) => troubles.Add(error);
        await page.GotoAsync(report.ToString());

        await Expect(page.Locator("h1")).ToHaveTextAsync("Quality of masks");
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "miou@1", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("svg").First).ToBeVisibleAsync();
        Assert.NotEqual(0, await page.Locator(".worst img").CountAsync());
        Assert.Equal("", await page.EvaluateAsync<string>(
            "[...document.images].filter(image => !image.naturalWidth).map(image => image.outerHTML.slice(0, 200)).join(' ')"));
        Assert.Equal([report.ToString()], asked.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)));
        Assert.Empty(await Axe.FaultsAsync(page));
        await Artifacts.PictureAsync(page, "report", isWhole: true);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        foreach (var (width, name) in new[] { (720, "report-printed"), (360, "report-phone") })
        {
            await page.SetViewportSizeAsync(width, 1000);
            await Artifacts.PictureAsync(page, name, isWhole: true);
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), name);
            await page.EmulateMediaAsync(new() { Media = Media.Screen });
        }

        Assert.Empty(troubles);
    }

    /// <summary>Measures two pictures.</summary>
    /// <returns>The report's path.</returns>
    private async Task<string> EvaluateAsync(CancellationToken cancellationToken)
    {
        await using var segctl = await ChildProcess.StartAsync(
            "segctl",
            null,
            "dotnet",
            Path.Combine(Path.GetDirectoryName(Repository.Program("Cli"))!, "segctl.dll"),
            "evaluate", "--data", Path.Combine(Repository.Root, "tests", "Evaluation", "Data", "nuclei", "annotations.json"),
            "--protocol", "clicks", "box", "auto", "--points-per-side", "8", "--max-clicks", "3", "--limit", "2",
            "--output", _folder.FullName);
        await segctl.Ended.WaitAsync(cancellationToken);
        var report = Path.Combine(_folder.FullName, "report.html");
        Assert.True(File.Exists(report), segctl.Output);
        return report;
    }
}

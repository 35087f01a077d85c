using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>axe-core finds nothing to say about any page, panel or dialog.</summary>
public sealed class AccessibilityTests(BrowserFixture browser)
{
    [Theory(Timeout = 600_000)]
    [InlineData("en", false)]
    [InlineData("de", false)]
    [InlineData("ru", false)]
    [InlineData("zh-Hans", false)]
    [InlineData("en", true)]
    [InlineData("ru", true)]
    public async Task Pages_LightAndDark_AreClean(string language, bool onPhone)
    {
        var size = onPhone ? new ViewportSize { Width = 360, Height = 740 } : null;
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, new()
        {
            ViewportSize = size,
            IsMobile = onPhone,
            HasTouch = onPhone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var found = new List<string>();
        await foreach (var stop in new Tour(studio, language).StopsAsync())
        {
            found.AddRange((await Axe.FaultsOfThemesAsync(studio.Page, theme => studio.ScreenshotAsync(
                $"{stop}-{language}-{theme}{(onPhone ? "-phone" : null)}".ToLowerInvariant())))
                .Select(words => $"{stop}, {words}"));
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Distinct()));
        studio.AssertNoTroubles();
    }

    /// <summary>The page that shows the REST interface, in its first state and with a method open.</summary>
    [Theory(Timeout = 600_000)]
    [InlineData(ColorScheme.Light, 1360)]
    [InlineData(ColorScheme.Dark, 1360)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task ApiPage_IsClean(ColorScheme scheme, int width)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, new()
        {
            ViewportSize = new() { Width = width, Height = 850 },
            ColorScheme = scheme,
        });
        await studio.Page.GotoAsync(new Uri(browser.Server.Address, "docs/").ToString());
        var methods = studio.Page.Locator(".opblock");
        await Expect(methods.First).ToBeVisibleAsync();
        await studio.ScreenshotAsync($"api-{scheme}-{width}".ToLowerInvariant());
        var found = new List<string>(await Axe.FaultsAsync(studio.Page));
        await methods.First.Locator("button").First.ClickAsync();
        await Expect(studio.Page.Locator(".opblock.is-open .responses-wrapper")).ToBeVisibleAsync();
        await studio.ScreenshotAsync($"api-open-{scheme}-{width}".ToLowerInvariant());
        found.AddRange(await Axe.FaultsAsync(studio.Page));

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Distinct()));
    }

    /// <summary>A page with faults is not clean: otherwise nothing would be shown by the others.</summary>
    [Fact(Timeout = 600_000)]
    public async Task PageWithFaults_IsNotClean()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.Page.EvaluateAsync("""
            () => {
              document.querySelector('h1').insertAdjacentHTML('afterend', '<img src="/favicon.svg"><p>pale</p>');
              Object.assign(document.querySelector('h1 ~ p').style, { color: '#777', background: '#888' });
            }
            """);

        var found = await Axe.FaultsAsync(studio.Page);

        Assert.Contains(found, words => words.StartsWith("image-alt at", StringComparison.Ordinal));
        Assert.Contains(found, words => words.StartsWith("color-contrast at", StringComparison.Ordinal));
    }
}

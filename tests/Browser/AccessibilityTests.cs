using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>axe-core finds nothing to say about any page, panel or dialog.</summary>
public sealed class AccessibilityTests(BrowserFixture browser)
{
    // axe-core's rules of WCAG 2.2 A and AA, and what it calls best practice.
    private static readonly AxeRunOptions _rules = new()
    {
        RunOnly = new()
        {
            Type = "tag",
            Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
        },
    };

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
            foreach (var theme in new[] { "dark", "light" })
            {
                await studio.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
                var name = $"{stop}-{language}-{theme}{(onPhone ? "-phone" : null)}";
                await studio.ScreenshotAsync(name.ToLowerInvariant());
                found.AddRange(Words(await studio.Page.RunAxe(_rules)).Select(words => $"{stop}, {theme}: {words}"));
            }
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
        var found = Words(await studio.Page.RunAxe(_rules)).ToList();
        await methods.First.Locator("button").First.ClickAsync();
        await Expect(studio.Page.Locator(".opblock.is-open .responses-wrapper")).ToBeVisibleAsync();
        await studio.ScreenshotAsync($"api-open-{scheme}-{width}".ToLowerInvariant());
        found.AddRange(Words(await studio.Page.RunAxe(_rules)));

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Distinct()));
    }

    private static IEnumerable<string> Words(AxeResult result) =>
        from violation in result.Violations
        from node in violation.Nodes
        select $"{violation.Id} at {node.Target}: {violation.Help}; {node.Html}";
}

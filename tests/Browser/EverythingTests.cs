using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

public sealed class EverythingTests(BrowserFixture browser)
{
    [Theory(Timeout = 600_000)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Everything_OnCoins_IsFoundHoveredAndKept(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync("Coins");
        await studio.Page.Keyboard.PressAsync("e");
        var panel = studio.Page.GetByRole(AriaRole.Region, new() { Name = "Everything" });
        await studio.TypeNumberAsync(panel.GetByLabel("Points a side"), 12);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Find everything" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Status)).ToContainTextAsync("found in", new() { Timeout = 120_000 });
        await studio.MoveAsync(52, 78);
        await studio.ScreenshotAsync("everything");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Keep all" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        var masks = await studio.MasksAsync();
        Assert.InRange(masks.Length, 10, 60);
        Assert.All(masks, mask => Assert.True(mask.Area > 0));
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = 600_000)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Everything_Cancelled_EndsWithWhatWasFound(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync("Coins");
        await studio.Page.Keyboard.PressAsync("e");
        var panel = studio.Page.GetByRole(AriaRole.Region, new() { Name = "Everything" });
        await panel.GetByLabel("Search").First.SelectOptionAsync("faithful");
        await studio.TypeNumberAsync(panel.GetByLabel("Points a side"), 64);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Find everything" }).ClickAsync();
        await Expect(panel.GetByText("points,")).ToBeVisibleAsync();
        // The page gives the request up on purpose, which a browser reports as failed.
        studio.NotesTroubles = false;
        await panel.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(panel.GetByRole(AriaRole.Status)).ToContainTextAsync("Cancelled");
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Find everything" })).ToBeVisibleAsync();
    }
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>Work on a picture comes back with the picture.</summary>
public sealed class KeepingTests(BrowserFixture browser)
{
    [Fact(Timeout = 600_000)]
    public async Task Reload_OfAPictureWithObjects_BringsAllOfItBack()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.OpenPictureAsync("coffee.png");
        await studio.DecodeAsync("server");
        await studio.ClickAsync(300, 200);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(294.5, 168.5);
        await Expect(studio.Candidates).ToHaveCountAsync(3);

        // Zooming alone does not store the view. Choosing a mask stores the work, and the view with the work.
        await studio.Page.Keyboard.PressAsync("+");
        await studio.Page.Keyboard.PressAsync("2");
        var before = await studio.MasksAsync();
        var view = await studio.Stage.GetAttributeAsync("data-view");
        await studio.KeptAsync();

        await studio.Page.ReloadAsync();
        await Expect(studio.Objects).ToHaveCountAsync(2);
        await Expect(studio.Candidates.Nth(1)).ToHaveAttributeAsync("aria-checked", "true");
        await Expect(studio.Page.Locator(".status-main")).ToContainTextAsync("Encoded");
        await studio.ScreenshotAsync("reloaded");
        Assert.Equal(before, await studio.MasksAsync());
        Assert.Equal(view, await studio.Stage.GetAttributeAsync("data-view"));

        // The mask that was chosen before the reload is what a click refines, on a server that has to make it again.
        await studio.ClickAsync(272.3, 179.5);
        Assert.InRange((await studio.MasksAsync())[1].Area, 12_598 - 40, 12_598 + 40);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await studio.Page.Keyboard.PressAsync("Control+z");
        }

        await studio.Page.Keyboard.PressAsync("Control+z");
        await studio.Page.Keyboard.PressAsync("Control+z");
        await Expect(studio.Objects).ToHaveCountAsync(1);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task AnotherPicture_AndANewTab_LoseNothing()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.OpenPictureAsync("coffee.png");
        await studio.ClickAsync(300, 200);
        var before = await studio.MasksAsync();
        await studio.OpenPictureAsync("chelsea.png");
        await Expect(studio.Objects).ToHaveCountAsync(0);
        await studio.KeptAsync();
        await studio.OpenPictureAsync("coffee.png");
        await Expect(studio.Objects).ToHaveCountAsync(1);
        Assert.Equal(before, await studio.MasksAsync());
        await studio.KeptAsync();

        var later = await StudioPage.OpenAsync(
            studio.Page.Context, browser.Server.Address, saved: null, TestContext.Current.CancellationToken);
        var list = later.Page.GetByRole(AriaRole.List, new() { Name = "Continue" }).GetByRole(AriaRole.Listitem);
        await Expect(list).ToHaveCountAsync(2);
        await Expect(list.First).ToContainTextAsync("coffee.png");
        await Expect(list.First).ToContainTextAsync("1 object");
        await later.ScreenshotAsync("welcome-continue");
        await later.Page.GetByRole(AriaRole.Button, new() { Name = "Forget chelsea.png" }).ClickAsync();
        await Expect(list).ToHaveCountAsync(1);
        await list.First.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(later.Objects).ToHaveCountAsync(1);
        await Expect(later.Page.GetByText("open in another tab")).ToBeVisibleAsync();
        later.AssertNoTroubles();
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task TwoTabs_OnOnePicture_OverwriteNothingInSilence()
    {
        await using var first = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await first.OpenPictureAsync("coffee.png");
        await first.KeptAsync();
        var second = await StudioPage.OpenAsync(
            first.Page.Context, browser.Server.Address, saved: null, TestContext.Current.CancellationToken);
        await second.OpenPictureAsync("coffee.png");
        await second.ClickAsync(300, 200);
        await second.KeptAsync();

        await Expect(first.Page.GetByText("changed in another tab.")).ToBeVisibleAsync();
        await first.Page.BringToFrontAsync();
        await first.ClickAsync(100, 300);
        await Expect(first.Page.GetByTestId("kept")).ToHaveAttributeAsync("data-state", "elsewhere");
        await first.ScreenshotAsync("two-tabs");
        var mine = Assert.Single(await first.MasksAsync());
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Load that" }).ClickAsync();
        await first.KeptAsync();
        var theirs = Assert.Single(await first.MasksAsync());
        await first.Page.Keyboard.PressAsync("Control+z");
        var undone = Assert.Single(await first.MasksAsync());

        Assert.NotEqual(mine, theirs);
        Assert.Equal(mine, undone);
        first.AssertNoTroubles();
        second.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Everything_WhosePartDidNotLoad_WorksTheNextTime()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.OpenPictureAsync("coffee.png");
        await studio.Page.RouteAsync("**/assets/grpcWeb*", route => route.AbortAsync());
        studio.NotesTroubles = false;
        await studio.Page.Keyboard.PressAsync("e");
        await studio.Page.GetByLabel("Points a side").FillAsync("4");
        var start = studio.Page.GetByRole(AriaRole.Button, new() { Name = "Find everything" });
        await start.ClickAsync();
        await Expect(studio.Page.GetByText("could not be loaded")).ToBeVisibleAsync();
        await studio.ScreenshotAsync("part-not-loaded");

        await studio.Page.UnrouteAsync("**/assets/grpcWeb*");
        await start.ClickAsync();
        await Expect(studio.Page.GetByText("found in")).ToBeVisibleAsync();
    }

    [Fact(Timeout = 600_000)]
    public async Task Everything_OfAPageWhoseServerIsAnotherVersion_OffersToLoadThat()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.OpenPictureAsync("coffee.png");
        await studio.ClickAsync(300, 200);
        await studio.KeptAsync();
        await studio.Page.RouteAsync("**/assets/grpcWeb*", route => route.FulfillAsync(new() { Status = 404 }));
        await studio.Page.RouteAsync(browser.Server.Address.ToString(), async route =>
        {
            var page = await route.FetchAsync();
            var text = await page.TextAsync();
            await route.FulfillAsync(new() { Response = page, Body = text.Replace("/assets/index-", "/assets/index-2-") });
        });
        studio.NotesTroubles = false;
        await studio.Page.Keyboard.PressAsync("e");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Find everything" }).ClickAsync();
        await Expect(studio.Page.GetByText("another version of this page")).ToBeVisibleAsync();
        await studio.ScreenshotAsync("another-version");
        await studio.Page.UnrouteAllAsync();
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Load it" }).ClickAsync();

        await Expect(studio.Page.GetByText("another version of this page")).ToHaveCountAsync(0);
        await Expect(studio.Objects).ToHaveCountAsync(1);
    }
}

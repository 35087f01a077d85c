using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

public sealed class ReconnectTests(BrowserFixture browser)
{
    [Theory(Timeout = 600_000)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Server_KilledAndStartedUnderThePage_NothingIsLost(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        var before = Assert.Single(await studio.MasksAsync());
        await studio.Page.Keyboard.PressAsync("n");

        studio.NotesTroubles = false;
        await browser.Server.KillAsync();
        await Expect(studio.Page.GetByTestId("connection")).ToContainTextAsync("lost");
        var (x, y) = await studio.OnPageAsync(375, 290);
        await studio.Page.Mouse.ClickAsync(x, y);
        await Expect(studio.Objects).ToHaveCountAsync(2);
        await Expect(studio.Page.GetByText("waiting for the mask")).ToHaveCountAsync(1);
        await studio.ScreenshotAsync("lost");

        await browser.Server.StartAsync(TestContext.Current.CancellationToken);
        await studio.AnsweredAsync();
        await Expect(studio.Page.GetByTestId("connection")).ToHaveTextAsync("Connected");
        studio.NotesTroubles = true;
        var after = await studio.MasksAsync();
        await studio.ScreenshotAsync("healed");

        Assert.Equal(2, after.Length);
        Assert.Equal(before, after[0]);
        Assert.True(after[1].Area > 0, "The click that was made without a server has its mask.");
        studio.AssertNoTroubles();
    }
}

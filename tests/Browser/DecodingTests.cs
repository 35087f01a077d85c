using Segmentation.Masks;

using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

public sealed class DecodingTests(BrowserFixture browser)
{
    private const double LeastIoU = 0.99;

    [Theory(Timeout = 600_000)]
    [InlineData("coffee.png", BrowserKind.Chromium)]
    [InlineData("retina.jpg", BrowserKind.Chromium)]
    [InlineData("seeding.jpg", BrowserKind.Chromium)]
    [InlineData("coffee.png", BrowserKind.Firefox)]
    [InlineData("seeding.jpg", BrowserKind.Firefox)]
    public async Task Masks_DecodedInTheBrowser_AreTheServers(string picture, BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.OpenPictureAsync(picture);
        await studio.DecodeAsync("server");
        var server = await PromptAsync(studio);
        await studio.Page.Keyboard.PressAsync("Backspace");
        await Expect(studio.Objects).ToHaveCountAsync(0);
        await studio.DecodeAsync("browser");
        var here = await PromptAsync(studio);
        await studio.ScreenshotAsync($"decoded-here-{Path.GetFileNameWithoutExtension(picture)}");

        Assert.True(await studio.Page.EvaluateAsync<bool>("self.crossOriginIsolated"), "Threads need isolation.");
        Assert.Equal(4, here.Length);
        Assert.All(server.Zip(here), pair => Assert.InRange(pair.First.IoU(pair.Second), LeastIoU, 1));
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Mask_DecodedByTheGpu_IsTheServers()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        // Where the processor imitates a GPU a mask takes it many seconds.
        studio.PatienceMs = 150_000;
        await studio.OpenPictureAsync("coffee.png");
        await studio.DecodeAsync("server");
        var server = await ClickAsync(studio);
        await studio.Page.Keyboard.PressAsync("Backspace");
        await Expect(studio.Objects).ToHaveCountAsync(0);
        await studio.DecodeAsync("gpu", "browser, GPU");
        var here = await ClickAsync(studio);
        await studio.ScreenshotAsync("decoded-by-gpu");

        Assert.Equal("browser, GPU", await studio.Page.GetByTestId("place").InnerTextAsync());
        Assert.InRange(Assert.Single(server).IoU(Assert.Single(here)), LeastIoU, 1);
        studio.AssertNoTroubles();
    }

    private static async Task<RunLengths[]> ClickAsync(StudioPage studio)
    {
        var (width, height) = await studio.SizeAsync();
        await studio.ClickAsync(0.5 * width, 0.5 * height);
        await studio.Page.Keyboard.PressAsync("n");
        return await studio.MasksAsync();
    }

    /// <summary>A click, a click with a part taken away, and a box; all in shares of the picture.</summary>
    private static async Task<RunLengths[]> PromptAsync(StudioPage studio)
    {
        var (width, height) = await studio.SizeAsync();
        await studio.ClickAsync(0.5 * width, 0.5 * height);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(0.62 * width, 0.72 * height);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(0.45 * width, 0.4 * height);
        await studio.ClickAsync(0.2 * width, 0.2 * height, Microsoft.Playwright.MouseButton.Right);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.DragAsync(0.25 * width, 0.2 * height, 0.8 * width, 0.9 * height);
        await studio.Page.Keyboard.PressAsync("n");
        return await studio.MasksAsync();
    }
}

using Microsoft.Playwright;
using Segmentation.Masks;
using Segmentation.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

public sealed class StudioTests(BrowserFixture browser)
{
    private const int Timeout = 120_000;
    private const string Coffee = "A cup of coffee";

    [Theory(Timeout = Timeout)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Example_HoverClickRemoveBox_GivesMasks(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.ScreenshotAsync("welcome");
        await studio.TakeExampleAsync(Coffee);
        var empty = await studio.Stage.ScreenshotAsync();
        await studio.MoveAsync(300, 200);
        await WaitUntilAsync(async () => !Enumerable.SequenceEqual(empty, await studio.Stage.ScreenshotAsync()));
        await studio.ScreenshotAsync("hover");

        await studio.ClickAsync(300, 200);
        await Expect(studio.Candidates).ToHaveCountAsync(3);
        var whole = Assert.Single(await studio.MasksAsync());
        await studio.ScreenshotAsync("click");
        if (Environment.GetEnvironmentVariable("SEGMENTATION_README_PICTURE") == "1")
        {
            await studio.Page.ScreenshotAsync(new()
            {
                Path = Path.Combine(Repository.Root, "docs", "images", "studio.jpg"),
                Type = ScreenshotType.Jpeg,
                Quality = 82,
            });
        }

        await studio.ClickAsync(330, 290, MouseButton.Right);
        await Expect(studio.Candidates).ToHaveCountAsync(0);
        var part = Assert.Single(await studio.MasksAsync());
        await studio.ScreenshotAsync("removed");

        await studio.Page.Keyboard.PressAsync("n");
        await studio.DragAsync(330, 230, 420, 350);
        var boxed = (await studio.MasksAsync())[1];
        await studio.ScreenshotAsync("box");

        Assert.True(
            IsInside(whole, 300, 200) && IsInside(whole, 330, 290), "The click's mask is the cup with its saucer.");
        Assert.False(IsInside(part, 330, 290), "What was taken away is not in the mask.");
        Assert.InRange(boxed.Box.X, 320, 360);
        Assert.InRange(boxed.Box.X + boxed.Box.Width, 380, 430);
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Click_TabUndoRedoReset_ChangeTheMaskBackAndForth(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync(Coffee);
        await studio.ClickAsync(300, 200);
        var first = Assert.Single(await studio.MasksAsync());

        await studio.Stage.FocusAsync();
        await studio.Page.Keyboard.PressAsync("Tab");
        var second = Assert.Single(await studio.MasksAsync());
        await studio.Page.Keyboard.PressAsync("Control+z");
        var undone = Assert.Single(await studio.MasksAsync());
        await studio.Page.Keyboard.PressAsync("Control+Shift+z");
        var redone = Assert.Single(await studio.MasksAsync());
        await studio.Page.Keyboard.PressAsync("Backspace");
        await Expect(studio.Objects).ToHaveCountAsync(0);
        await studio.Page.Keyboard.PressAsync("Control+z");

        Assert.NotEqual(first, second);
        Assert.Equal(first, undone);
        Assert.Equal(second, redone);
        Assert.Equal(second, Assert.Single(await studio.MasksAsync()));
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Keyboard_Alone_PointsRenamesAndHides(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.TakeExampleAsync("A cat");
        await studio.Stage.FocusAsync();
        await studio.Page.Keyboard.PressAsync("ArrowLeft");
        await studio.Page.Keyboard.PressAsync("Space");
        await studio.AnsweredAsync();
        await studio.Page.Keyboard.PressAsync("r");
        await studio.Page.Keyboard.TypeAsync("Chelsea");
        await studio.Page.Keyboard.PressAsync("Enter");
        await Expect(studio.Objects).ToContainTextAsync("Chelsea");
        Assert.Single(await studio.MasksAsync());

        await studio.Page.Keyboard.PressAsync("h");
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Show Chelsea" })).ToBeVisibleAsync();
        await studio.Page.Keyboard.PressAsync("?");
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Keys and gestures");
        await studio.ScreenshotAsync("help");
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Phone_TapAndPinchTools_FitTheScreen()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, new()
        {
            ViewportSize = new() { Width = 360, Height = 740 },
            DeviceScaleFactor = 3,
            HasTouch = true,
            IsMobile = true,
        });
        await studio.TakeExampleAsync("A cat");
        var (x, y) = await studio.OnPageAsync(225, 150);
        await studio.Page.Touchscreen.TapAsync(x, y);
        await studio.AnsweredAsync();
        await studio.ScreenshotAsync("phone");

        Assert.Equal(360, await studio.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await Expect(studio.Candidates).ToHaveCountAsync(3);
        await Expect(studio.Objects).ToHaveCountAsync(1);
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task LargePicture_ZoomAndPan_StayFast(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.OpenPictureAsync("seeding.jpg");
        await studio.ClickAsync(2600, 1400);
        var (x, y) = await studio.OnPageAsync(2600, 1400);
        await studio.Page.Mouse.MoveAsync(x, y);
        var median = await studio.Page.EvaluateAsync<double>("""
            async ([x, y]) => {
              const stage = document.getElementById('stage');
              const times = [];
              for (let i = 0; i < 30; i++) {
                const begun = performance.now();
                const at = { deltaY: -100, clientX: x, clientY: y, cancelable: true };
                stage.dispatchEvent(new WheelEvent('wheel', at));
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                times.push(performance.now() - begun);
              }
              return times.sort((a, b) => a - b)[15];
            }
            """, new object[] { (double)x, (double)y });
        await studio.ScreenshotAsync("large");

        TestContext.Current.SendDiagnosticMessage($"Half of the frames while zooming took {median:F1} ms or less.");
        Assert.InRange(median, 0, 200);
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task NotAPicture_IsSaidInWords(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        await studio.Page.GetByLabel("Picture", new() { Exact = true }).SetInputFilesAsync(
            new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no picture"u8.ToArray() });

        await Expect(studio.Page.Locator(".notice")).ToContainTextAsync("notes.txt is not a picture");
        studio.AssertNoTroubles();
    }

    private static bool IsInside(RunLengths mask, int x, int y) => mask.ToBytes()[(y * mask.Width) + x] != 0;

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The page at the sizes of desks and phones: nothing lies over the picture, targets are large enough.
/// </summary>
public sealed class LayoutTests(BrowserFixture browser)
{
    private const int Timeout = 120_000;

    /// <summary>The panels beside the picture, which never lie over it.</summary>
    private const string Panels = ".candidates, .labels, .objects, .panel, .notice, .rail, .topbar, .status";

    [Theory(Timeout = Timeout)]
    [InlineData("desktop", 1360, 850, false)]
    [InlineData("tablet", 1024, 768, true)]
    [InlineData("phone", 390, 844, true)]
    [InlineData("phone-small", 360, 640, true)]
    [InlineData("phone-landscape", 844, 390, true)]
    [InlineData("phone-landscape-small", 568, 320, true)]
    public async Task Panels_WhileMasksAreChosen_LieBesideThePictureWhichStays(
        string name, int width, int height, bool touch)
    {
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, Sized(width, height, touch));
        await studio.TakeExampleAsync("A cat");
        var (x, y) = await studio.OnPageAsync(225, 150);
        var before = await studio.Stage.GetAttributeAsync("data-view");
        if (touch)
        {
            await studio.Page.Touchscreen.TapAsync(x, y);
        }
        else
        {
            await studio.Page.Mouse.ClickAsync(x, y);
        }

        await studio.AnsweredAsync();
        await Expect(studio.Candidates).ToHaveCountAsync(3);
        await studio.ScreenshotAsync($"layout-{name}");

        Assert.Equal(before, await studio.Stage.GetAttributeAsync("data-view"));
        Assert.Equal("stage", await studio.Page.EvaluateAsync<string>(
            "([x, y]) => document.elementFromPoint(x, y).id", new object[] { (double)x, (double)y }));
        foreach (var candidate in await studio.Candidates.AllAsync())
        {
            await Expect(candidate).ToBeInViewportAsync(new() { Ratio = 0.99f });
        }

        await AssertBesideAsync(studio);
        await studio.Page.Keyboard.PressAsync("e");
        await studio.Page.Keyboard.PressAsync("n");
        await studio.Page.Mouse.ClickAsync(x, y, new() { Button = MouseButton.Right });
        await Expect(studio.Page.Locator(".notice")).ToBeVisibleAsync();
        await studio.ScreenshotAsync($"layout-{name}-panel");
        await AssertBesideAsync(studio);
        Assert.Equal(width, await studio.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(1360, 850, false, 24)]
    [InlineData(390, 844, true, 44)]
    [InlineData(844, 390, true, 44)]
    public async Task Targets_OnThePageAndInDialogs_AreLargeEnough(int width, int height, bool touch, int least)
    {
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, Sized(width, height, touch));
        await AssertTargetsAsync(studio, least);
        await studio.TakeExampleAsync("A cat");
        await studio.OpenDialogAsync("l");
        await studio.Page.GetByLabel("New label").FillAsync("cat");
        await studio.Page.Keyboard.PressAsync("Enter");
        await AssertTargetsAsync(studio, least);
        await studio.CloseDialogAsync();
        await studio.ClickAsync(225, 150);
        await studio.Page.GetByText("Clean up").ClickAsync();
        await AssertTargetsAsync(studio, least);
        foreach (var key in new[] { "x", "c", "?" })
        {
            await studio.OpenDialogAsync(key);
            await AssertTargetsAsync(studio, least);
            await studio.CloseDialogAsync();
        }

        await studio.Page.Keyboard.PressAsync("e");
        await AssertTargetsAsync(studio, least);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task ForcedColours_WhatIsChosenAndFocused_IsSeen()
    {
        var options = Sized(1360, 850, touch: false);
        options.ForcedColors = ForcedColors.Active;
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, options);
        await studio.TakeExampleAsync("A cat");
        await studio.ClickAsync(225, 150);
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(20, 20);
        await studio.Page.Locator("button.object-text").First.FocusAsync();
        await studio.Page.Keyboard.PressAsync("ArrowDown");
        await studio.ScreenshotAsync("forced-colours");

        Assert.NotEqual(
            await StyleAsync(studio, ".rail .button[aria-pressed=true]", "backgroundColor"),
            await StyleAsync(studio, ".rail .button[aria-pressed=false]", "backgroundColor"));
        Assert.NotEqual(
            await StyleAsync(studio, ".object.active", "borderLeftColor"),
            await StyleAsync(studio, ".object:not(.active)", "borderLeftColor"));
        Assert.Equal("solid", await StyleAsync(studio, ".candidate[aria-checked=true]", "outlineStyle"));
        Assert.Equal("none", await StyleAsync(studio, ".candidate[aria-checked=false]", "outlineStyle"));
        Assert.Equal("solid", await StyleAsync(studio, "button.object-text:focus", "outlineStyle"));
        Assert.NotEqual("rgb(0, 0, 0)", await StyleAsync(studio, ".object .swatch", "backgroundColor"));
        studio.AssertNoTroubles();
    }

    private static BrowserNewContextOptions Sized(int width, int height, bool touch) => new()
    {
        ViewportSize = new() { Width = width, Height = height },
        HasTouch = touch,
        IsMobile = touch,
    };

    /// <summary>No panel's box meets the canvas's, and each lies in the window or in a list that scrolls.</summary>
    private static async Task AssertBesideAsync(StudioPage studio) =>
        Assert.Empty(await studio.Page.EvaluateAsync<string[]>("""
            (panels) => {
              const stage = document.getElementById('stage').getBoundingClientRect();
              const clip = (element) => {
                let { left, top, right, bottom } = element.getBoundingClientRect();
                for (let parent = element.parentElement; parent; parent = parent.parentElement) {
                  if (getComputedStyle(parent).overflowY !== 'visible') {
                    const box = parent.getBoundingClientRect();
                    [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
                    [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
                  }
                }
                return { left, top, right, bottom };
              };
              return [...document.querySelectorAll(panels)].filter((element) => {
                const box = clip(element);
                return box.right > stage.left + 0.5 && box.left < stage.right - 0.5
                  && box.bottom > stage.top + 0.5 && box.top < stage.bottom - 0.5
                  && box.right > box.left && box.bottom > box.top;
              }).map((element) => element.className);
            }
            """, Panels));

    private static async Task AssertTargetsAsync(StudioPage studio, int least) =>
        Assert.Empty(await studio.Page.EvaluateAsync<string[]>("""
            (least) => {
              const root = document.querySelector('dialog[open]') ?? document;
              return [...root.querySelectorAll('button, select, input, summary, [role=tab]')]
                .filter((element) => element.checkVisibility() && !element.matches('.visually-hidden'))
                .map((element) => [element, (element.closest('label') ?? element).getBoundingClientRect()])
                .filter(([, { width, height }]) => width < least || height < least)
                .map(([element, { width, height }]) =>
                  `${element.ariaLabel ?? element.textContent ?? element.type}: ${width} x ${height}`);
            }
            """, least));

    private static Task<string> StyleAsync(StudioPage studio, string selector, string property) =>
        studio.Page.EvaluateAsync<string>(
            "([selector, property]) => getComputedStyle(document.querySelector(selector))[property]",
            new[] { selector, property });
}

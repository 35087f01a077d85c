using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

public sealed class LanguageTests(BrowserFixture browser)
{
    /// <summary>The browser's language is the page's; another one is taken at once, and on the next visit.</summary>
    [Theory(Timeout = 600_000)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task Language_Changed_IsSpokenAtOnceAndRemembered(BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, new() { Locale = "de-CH" }, kind);
        var html = studio.Page.Locator("html");
        await Expect(html).ToHaveAttributeAsync("lang", "de");
        await studio.TakeExampleAsync("Eine Tasse Kaffee", "odiert");
        await studio.ClickAsync(300, 200);
        await Expect(studio.Objects.Locator("small")).ToContainTextAsync("IoU 0,");
        await Expect(studio.Page.GetByTestId("connection")).ToHaveTextAsync("Verbunden");

        await studio.Page.GetByLabel("Sprache").SelectOptionAsync("ru");
        await Expect(html).ToHaveAttributeAsync("lang", "ru");
        await Expect(studio.Page.GetByRole(AriaRole.Complementary, new() { Name = "Объекты" })).ToBeVisibleAsync();
        await Expect(studio.Page.GetByTestId("connection")).ToHaveTextAsync("Соединено");
        await Expect(studio.Candidates).ToHaveCountAsync(3);

        await studio.Page.GetByLabel("Язык").SelectOptionAsync("简体中文");
        await studio.OpenDialogAsync("x");
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("1 个对象");
        await studio.CloseDialogAsync();
        await studio.Page.ReloadAsync();
        await Expect(html).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "打开" })).ToBeVisibleAsync();
        studio.AssertNoTroubles();
    }

    /// <summary>Every page and dialog in each language, for a person to look at; no button cuts its text off.</summary>
    [Theory(Timeout = 600_000)]
    [InlineData("en", BrowserKind.Chromium)]
    [InlineData("de", BrowserKind.Chromium)]
    [InlineData("ru", BrowserKind.Chromium)]
    [InlineData("zh-Hans", BrowserKind.Chromium)]
    [InlineData("en", BrowserKind.Firefox)]
    [InlineData("de", BrowserKind.Firefox)]
    [InlineData("ru", BrowserKind.Firefox)]
    [InlineData("zh-Hans", BrowserKind.Firefox)]
    public async Task Pages_InEachLanguage_CutNoTextOff(string language, BrowserKind kind)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, kind: kind);
        var tour = new Tour(studio, language);
        await foreach (var stop in tour.StopsAsync())
        {
            await studio.ScreenshotAsync($"{stop}-{language}-{kind}".ToLowerInvariant());
            var cut = await studio.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('button, h1, h2, h3, label, dt, dd, summary')]
                  .filter((element) => element.offsetParent && getComputedStyle(element).textOverflow !== 'ellipsis'
                    && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
                  .map((element) => `${element.textContent} (${element.scrollWidth} > ${element.clientWidth})`)
                """);
            Assert.Empty(cut);
        }

        studio.AssertNoTroubles();
    }
}

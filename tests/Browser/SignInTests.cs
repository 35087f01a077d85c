using Microsoft.Playwright;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>People in front of the studio of a server that needs a credential.</summary>
public sealed class SignInTests(BrowserFixture browser)
{
    private const int Timeout = 180_000;
    private const string Typed = "input[type=password]";

    [Theory(Timeout = Timeout)]
    [InlineData(BrowserKind.Chromium)]
    [InlineData(BrowserKind.Firefox)]
    public async Task SignIn_ByKey_LetsAPersonWorkAndLeavesNothingThatScriptsCanRead(BrowserKind kind)
    {
        browser.Require(kind);
        var (server, key) = await KeyServer.StartAsync();
        await using var started = server;
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, kind: kind, address: server.Address);
        var dialog = studio.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("needs to know who you are");

        studio.NotesTroubles = false;
        await EnterAsync(studio, ApiKey.Create().Text);
        await Expect(dialog).ToContainTextAsync("does not know the key");
        await EnterAsync(studio, key[..^1]);
        await Expect(dialog).ToContainTextAsync("cut or mistyped");
        await studio.ScreenshotAsync($"sign-in-wrong-{kind}".ToLowerInvariant());
        studio.NotesTroubles = true;
        await SignInAsync(studio, key);
        await Expect(dialog).ToHaveCountAsync(0);

        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        Assert.Single(await studio.MasksAsync());
        await studio.DecodeAsync("browser");
        await studio.Page.GetByLabel("Signed in as laptop").ClickAsync();
        await Expect(dialog).ToContainTextAsync("anna");
        await studio.ScreenshotAsync($"account-{kind}".ToLowerInvariant());
        await studio.CloseDialogAsync();

        var readable = await studio.Page.EvaluateAsync<string>(
            "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.documentElement.outerHTML");
        Assert.DoesNotContain("seg_", readable, StringComparison.Ordinal);
        Assert.Equal("", await studio.Page.EvaluateAsync<string>("document.cookie"));
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task SignOut_EndsTheSessionInEveryTab()
    {
        browser.Require();
        var (server, key) = await KeyServer.StartAsync();
        await using var started = server;
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, address: server.Address);
        await SignInAsync(studio, key);
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        var other = await studio.Page.Context.NewPageAsync();
        await other.GotoAsync(server.Address.ToString());
        await Expect(other.GetByLabel("Signed in as laptop")).ToBeVisibleAsync();

        await studio.Page.GetByLabel("Signed in as laptop").ClickAsync();
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Expect(studio.Page.Locator(Typed)).ToBeVisibleAsync();
        await Expect(other.Locator(Typed)).ToBeVisibleAsync();
        await studio.Page.ReloadAsync();
        await Expect(studio.Page.Locator(Typed)).ToBeVisibleAsync();
        studio.AssertNoTroubles();
    }

    /// <summary>Browsers drop the cookie of a session that is over; so does the test, at its own time.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Session_EndedUnderThePage_AsksInPlaceAndLosesNothing()
    {
        browser.Require();
        var (server, key) = await KeyServer.StartAsync();
        await using var started = server;
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, address: server.Address);
        await SignInAsync(studio, key);
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        var before = Assert.Single(await studio.MasksAsync());
        await studio.Page.Keyboard.PressAsync("n");

        studio.NotesTroubles = false;
        await studio.Page.Context.ClearCookiesAsync();
        await studio.Page.GetByLabel("Examples").SelectOptionAsync("chelsea.jpg");
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("nothing on this page is lost");
        await studio.ScreenshotAsync("session-ended");
        await SignInAsync(studio, key);
        await Expect(studio.Page.Locator(".picture-name")).ToContainTextAsync("chelsea.jpg");
        await Expect(studio.Page.Locator(".status-main")).ToContainTextAsync("Encoded");
        studio.NotesTroubles = true;
        await studio.ClickAsync(225, 150);
        Assert.Single(await studio.MasksAsync());

        // The first picture's work, with its history.
        await studio.Page.GetByLabel("Examples").SelectOptionAsync("coffee.jpg");
        await Expect(studio.Page.Locator(".picture-name")).ToContainTextAsync("coffee.jpg");
        await Expect(studio.Page.Locator(".status-main")).ToContainTextAsync("Encoded");
        await Expect(studio.Objects).ToHaveCountAsync(1);
        Assert.Equal(before, Assert.Single(await studio.MasksAsync()));
        await studio.Page.Keyboard.PressAsync("Control+z");
        await studio.Page.Keyboard.PressAsync("Control+z");
        await Expect(studio.Objects).ToHaveCountAsync(0);
        await studio.Page.Keyboard.PressAsync("Control+Shift+z");
        await studio.AnsweredAsync();
        Assert.Equal(before, Assert.Single(await studio.MasksAsync()));
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Session_AfterItsLifetime_AsksBeforeTheNextClick()
    {
        browser.Require();
        var (server, key) = await KeyServer.StartAsync("Identity:Studio:SessionLifetime=00:00:03");
        await using var started = server;
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, address: server.Address);
        await SignInAsync(studio, key);
        await Expect(studio.Page.GetByLabel("Signed in as laptop")).ToBeVisibleAsync();

        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Your session has ended");
    }

    [Fact(Timeout = Timeout)]
    public async Task Key_RevokedUnderThePage_AsksForAnotherAndGoesOn()
    {
        browser.Require();
        var (server, key) = await KeyServer.StartAsync();
        await using var started = server;
        var other = await server.AddKeyAsync("tablet");
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, address: server.Address);
        await SignInAsync(studio, key);
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        var before = Assert.Single(await studio.MasksAsync());
        await studio.KeptAsync();

        studio.NotesTroubles = false;
        await server.RevokeAsync(key);
        await studio.Page.WaitForFunctionAsync(
            "async () => (await (await fetch('/v1/sign-in')).json()).reason === 'API_KEY_REVOKED' || document.querySelector('.sign-in')");
        await studio.Page.GotoAsync(server.Address.ToString());
        await Expect(studio.Page.Locator(Typed)).ToBeVisibleAsync();
        await SignInAsync(studio, other);
        await Expect(studio.Page.Locator(".status-main")).ToContainTextAsync("Encoded");
        await Expect(studio.Objects).ToHaveCountAsync(1);
        studio.NotesTroubles = true;

        Assert.Equal(before, Assert.Single(await studio.MasksAsync()));
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(375, 290);
        await Expect(studio.Objects).ToHaveCountAsync(2);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Scopes_ThatAreMissing_AreNamedAndWhatNeedsThemIsDisabled()
    {
        browser.Require();
        var (server, _) = await KeyServer.StartAsync();
        await using var started = server;
        var (clicks, reads) = (
            await server.AddKeyAsync("clicks", Scope.Segment | Scope.Upload), await server.AddKeyAsync("reads", Scope.Read));
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, address: server.Address);
        await UntilAsync(studio, reads, "reads");
        await Expect(studio.Page.Locator(".welcome .trouble")).ToContainTextAsync("upload, segment");
        await Expect(studio.Page.Locator(".drop-target")).ToBeDisabledAsync();
        await studio.ScreenshotAsync("scopes-missing");

        await studio.Page.GetByLabel("Signed in as reads").ClickAsync();
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await UntilAsync(studio, clicks, "clicks");
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.Page.Keyboard.PressAsync("e");
        await Expect(studio.Page.Locator(".panel .trouble")).ToContainTextAsync("lacks the scope everything");
        await Expect(studio.Page.Locator(".panel .primary")).ToBeDisabledAsync();
        await Expect(studio.Page.Locator("option[value=browser]")).ToHaveAttributeAsync("disabled", "");
        await studio.ScreenshotAsync("scope-everything-missing");
        await studio.ClickAsync(300, 200);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task SignIn_ByAProvider_OpensAWindowThatTellsThePage()
    {
        browser.Require();
        await using var provider = await TestProvider.StartAsync(TestContext.Current.CancellationToken);
        var (server, _) = await KeyServer.StartAsync(
            provider.Options.Select(option => $"{option.Key["Segmentation:".Length..]}={option.Value}"));
        await using var started = server;
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken, address: server.Address);
        var button = studio.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with Example" });
        await studio.ScreenshotAsync("sign-in-provider");

        var cancelled = await studio.Page.RunAndWaitForPopupAsync(() => button.ClickAsync());
        await cancelled.Locator("#no").ClickAsync();
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("cancelled at the provider");
        await Expect(cancelled.Locator("h1")).ToHaveTextAsync("You are not signed in");
        await Artifacts.PictureAsync(cancelled, "sign-in-cancelled");

        var window = await studio.Page.RunAndWaitForPopupAsync(() => button.ClickAsync());
        await window.Locator("#yes").ClickAsync();
        await Expect(studio.Page.GetByLabel("Signed in as anna@example")).ToBeVisibleAsync();
        await studio.TakeExampleAsync("A cup of coffee");
        await studio.ClickAsync(300, 200);
        Assert.Single(await studio.MasksAsync());
        Assert.Equal("", await studio.Page.EvaluateAsync<string>("document.cookie"));
        studio.AssertNoTroubles();
    }

    /// <summary>
    /// All pages, panels and dialogs, decoding in workers, and the API's page: nothing is refused by the policy.
    /// </summary>
    [Theory(Timeout = Timeout)]
    [InlineData("en", 1360, 850, false)]
    [InlineData("de", 390, 844, true)]
    [InlineData("ru", 390, 844, true)]
    [InlineData("zh-Hans", 1360, 850, false)]
    public async Task ContentSecurityPolicy_InAWalkThroughThePage_RefusesNothing(
        string language, int width, int height, bool touch)
    {
        browser.Require();
        var (server, key) = await KeyServer.StartAsync();
        await using var started = server;
        await using var studio = await browser.OpenAsync(
            TestContext.Current.CancellationToken,
            new() { ViewportSize = new() { Width = width, Height = height }, IsMobile = touch, HasTouch = touch },
            address: server.Address);
        await studio.Page.AddInitScriptAsync("""
            globalThis.refused = [];
            addEventListener('securitypolicyviolation', (event) =>
              refused.push(`${event.effectiveDirective}: ${event.blockedURI}, ${event.sourceFile}:${event.lineNumber}`));
            """);
        await studio.Page.ReloadAsync();
        await studio.Page.Locator("select.language").SelectOptionAsync(language);
        await Expect(studio.Page.Locator(Typed)).ToBeVisibleAsync();
        await studio.ScreenshotAsync($"sign-in-{language}-{width}".ToLowerInvariant());
        await SignInAsync(studio, key);
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await foreach (var stop in new Tour(studio, language).StopsAsync())
        {
            await studio.ScreenshotAsync($"signed-in-{stop}-{language}-{width}".ToLowerInvariant());
            Assert.Equal(width, await studio.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        await studio.Page.Locator(".status-place select").SelectOptionAsync("browser");
        await Expect(studio.Page.Locator(".status-place select")).ToHaveValueAsync("browser");
        await studio.Page.Keyboard.PressAsync("n");
        await studio.ClickAsync(120, 120);
        Assert.Equal("", await studio.Page.EvaluateAsync<string>("refused.join()"));
        await studio.Page.GotoAsync(new Uri(server.Address, "docs/").ToString());
        await Expect(studio.Page.Locator(".opblock").First).ToBeVisibleAsync();
        Assert.Equal("", await studio.Page.EvaluateAsync<string>("refused.join()"));
        studio.AssertNoTroubles();
    }

    private static async Task SignInAsync(StudioPage studio, string key)
    {
        await EnterAsync(studio, key);

        // While the dialog goes, keys are still its own.
        await Expect(studio.Page.Locator(Typed)).ToHaveCountAsync(0);
    }

    private static async Task EnterAsync(StudioPage studio, string key)
    {
        await studio.Page.Locator(Typed).FillAsync(key);
        await studio.Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Signs in with a key that the server takes within a second.</summary>
    private static async Task UntilAsync(StudioPage studio, string key, string name)
    {
        var button = studio.Page.Locator($".topbar button[aria-label$=\"{name}\"]");
        await SignInAsync(studio, key);
        await Expect(button).ToBeVisibleAsync();
    }
}

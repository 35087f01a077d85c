using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The desk's journal where the server does not simply take what was drawn: nothing is lost or overwritten.
/// </summary>
public sealed class ProjectDeskJournalTests(BrowserFixture browser)
{
    private const int Timeout = 240_000;
    private const string Operations = "**/*ApplyOperations";

    [Theory(Timeout = Timeout)]
    [InlineData("Keep mine", "cup", 1)]
    [InlineData("Take theirs", "plate", 1)]
    [InlineData("Keep both", "plate", 2)]
    public async Task Conflict_OfTwoChanges_IsResolvedAsThePersonDecides(string button, string label, int count)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, $"Conflict, {button}");
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.SavedAsync();
        studio.NotesTroubles = false;
        await studio.Page.RouteAsync(Operations, route => route.AbortAsync());
        await studio.Page.Keyboard.PressAsync("1");
        await desk.StrokeAsync((100, 100), (120, 100));
        await Expect(desk.Badge).ToHaveAttributeAsync("data-unsent", "2");
        var (id, theirs) = Assert.Single(await project.MasksAsync(cancel));
        await project.RelabelByOtherAsync(cancel);
        await Expect(desk.Held).ToHaveCountAsync(0);

        await studio.Page.UnrouteAsync(Operations);
        await desk.UndecidedAsync();
        Assert.Equal(theirs, Assert.Single(await project.MasksAsync(cancel)).Value);
        await studio.ScreenshotAsync($"desk-conflict-{label}-{count}");
        await desk.DecideAsync(button);
        await desk.SavedAsync();

        var annotations = (await project.AnnotationsAsync(cancel)).ToDictionary(one => one["id"]!.GetValue<string>());
        Assert.Equal(count, annotations.Count);
        Assert.Equal(project.Labels[label == "cup" ? 0 : 1], annotations[id]["label"]!.GetValue<int>());
        Assert.Equal(button == "Keep mine", annotations[id]["mask"]!["counts"]!.GetValue<string>() != theirs);
        await Expect(desk.Objects).ToHaveCountAsync(count);
        await Expect(studio.Page.Locator($"[data-uuid='{id}']")).ToContainTextAsync(label);
        // The next change is made on the revision that came out of it.
        await studio.Page.Locator($"[data-uuid='{id}'] .object-text").ClickAsync();
        await studio.Page.Keyboard.PressAsync("0");
        await desk.SavedAsync();
        annotations = (await project.AnnotationsAsync(cancel)).ToDictionary(one => one["id"]!.GetValue<string>());
        Assert.Null(annotations[id]["label"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Verdict_WithoutTheServer_IsKeptOverAReloadAndSent()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, "Verdict");
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.SavedAsync();
        studio.NotesTroubles = false;
        await studio.Page.RouteAsync("**/*JudgeAnnotations", route => route.AbortAsync());
        await studio.Page.Keyboard.PressAsync("r");
        await studio.Page.GetByLabel("Note of the verdict").FillAsync("Cut off.");
        await desk.Objects.First.Locator(".object-text").ClickAsync();
        await studio.Page.Keyboard.PressAsync("2");
        await Expect(desk.Objects.First).ToContainTextAsync("unsatisfactory");
        await Expect(desk.Badge).ToHaveAttributeAsync("data-unsent", "1");

        await studio.Page.ReloadAsync();
        await Expect(desk.Objects.First).ToContainTextAsync("unsatisfactory");
        await Expect(desk.Badge).ToHaveAttributeAsync("data-unsent", "1");
        await studio.Page.UnrouteAsync("**/*JudgeAnnotations");
        await desk.SavedAsync();
        var verdicts = (await project.GetAsync($"pictures/{project.Picture}/verdicts", cancel))["verdicts"]!.AsArray();
        Assert.Equal("Cut off.", Assert.Single(verdicts)!["note"]!.GetValue<string>());
    }

    [Fact(Timeout = Timeout)]
    public async Task Session_EndedWithWorkUnsent_SendsItAfterTheNextSignIn()
    {
        var cancel = TestContext.Current.CancellationToken;
        browser.Require();
        var (server, key) = await KeyServer.StartAsync();
        await using var started = server;
        var project = await DeskProject.CreateAsync(server.Address, "Expired", cancel, key: key);
        await using var studio = await browser.OpenAsync(cancel, address: server.Address);
        studio.NotesTroubles = false;
        await SignInAsync(studio, key);
        var desk = new DeskPage(studio, server.Address, project);
        await desk.OpenAsync();
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.SavedAsync();

        await studio.Page.Context.ClearCookiesAsync();
        await desk.BrushAsync((300, 300), (340, 310));
        await Expect(studio.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("nothing on this page is lost");
        await Expect(desk.Badge).ToHaveAttributeAsync("data-state", "signedOut");
        await Expect(desk.Badge).ToContainTextAsync("1 unsent");
        await studio.ScreenshotAsync("desk-session-ended");
        Assert.Single(await project.MasksAsync(cancel));

        await SignInAsync(studio, key);
        await desk.SavedAsync();
        await Expect(desk.Objects).ToHaveCountAsync(2);
        Assert.Equal(2, (await project.MasksAsync(cancel)).Count);
    }

    private static async Task SignInAsync(StudioPage studio, string key)
    {
        var field = studio.Page.Locator("input[type=password]");
        await field.FillAsync(key);
        await studio.Page.Keyboard.PressAsync("Enter");
        await Expect(field).ToHaveCountAsync(0);
    }

    private async Task<(DeskPage Desk, DeskProject Project)> OpenAsync(StudioPage studio, string name)
    {
        var project = await DeskProject.CreateAsync(
            browser.Server.Address, name, TestContext.Current.CancellationToken);
        var desk = new DeskPage(studio, browser.Server.Address, project);
        await desk.OpenAsync();
        return (desk, project);
    }
}

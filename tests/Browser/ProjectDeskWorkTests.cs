using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The work of a day on the desk: whole masks, the view, and the way from picture to picture.</summary>
public sealed class ProjectDeskWorkTests(BrowserFixture browser)
{
    private const int Timeout = 240_000;

    [Fact(Timeout = Timeout)]
    public async Task CopyToTheNextPicture_OfTwoObjects_HasTheSameMasksThere()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        studio.LeavesPictures = true;
        var (desk, project) = await OpenAsync(studio, "Copy", pictures: 2);
        await studio.Page.Keyboard.PressAsync("2");
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.BrushAsync((300, 300), (340, 310));
        await desk.SavedAsync();
        await studio.Page.Keyboard.PressAsync("n");

        await studio.Page.Keyboard.PressAsync("c");
        await Expect(studio.Page).ToHaveURLAsync(new Regex($"{project.Pictures[1]}$"));
        await desk.ShownAsync(1);
        await Expect(desk.Objects).ToHaveCountAsync(2);
        await desk.SavedAsync();

        var (first, second) = (await project.MasksAsync(cancel), await project.MasksAsync(cancel, project.Pictures[1]));
        Assert.Equal(first.Values.Order(StringComparer.Ordinal), second.Values.Order(StringComparer.Ordinal));
        Assert.Empty(first.Keys.Intersect(second.Keys));
        await Expect(desk.Objects.First).ToContainTextAsync("plate");

        // The server hands out no further picture, and the one before is a step back.
        await studio.Page.Keyboard.PressAsync("d");
        await Expect(studio.Page).ToHaveURLAsync(new Regex($"{project.Pictures[0]}$"));
        await desk.ShownAsync(0);
        await Expect(desk.Objects).ToHaveCountAsync(2);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task WholeMasks_SplitJoinedAndSmoothed_AreUndoneInSteps()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, "Whole masks");
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.StrokeAsync((300, 300), (340, 310));
        await Expect(desk.Objects).ToHaveCountAsync(1);
        await desk.SavedAsync();
        var (id, whole) = Assert.Single(await project.MasksAsync(cancel));

        await studio.Page.Keyboard.PressAsync("k");
        await Expect(desk.Objects).ToHaveCountAsync(2);
        await desk.SavedAsync();
        Assert.Equal(2, (await project.MasksAsync(cancel)).Count);
        await desk.Objects.Nth(0).Locator(".object-text").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await desk.Objects.Nth(1).Locator(".object-text").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await studio.Page.Keyboard.PressAsync("j");
        await Expect(desk.Objects).ToHaveCountAsync(1);
        await desk.SavedAsync();
        Assert.Equal(whole, Assert.Single(await project.MasksAsync(cancel)).Value);

        await studio.Page.Keyboard.PressAsync("l");
        await desk.SavedAsync();
        var part = Assert.Single(await project.MasksAsync(cancel)).Value;
        await studio.Page.Keyboard.PressAsync("m");
        await desk.SavedAsync();
        var smooth = Assert.Single(await project.MasksAsync(cancel)).Value;
        Assert.Equal(3, new[] { whole, part, smooth }.Distinct().Count());
        for (var step = 0; step < 4; step++)
        {
            await studio.Page.Keyboard.PressAsync("Control+z");
        }

        await desk.SavedAsync();
        Assert.Equal(whole, (await project.MasksAsync(cancel))[id]);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task View_WithMagnifierBrightnessAndContrast_ChangesTheCanvasAndNoMask()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, "View");
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.SavedAsync();
        var before = await project.MasksAsync(cancel);
        var canvas = studio.Page.Locator(".stage-area canvas").First;
        await studio.Page.GetByLabel("Brightness").FillAsync("1.5");
        await studio.Page.GetByLabel("Contrast").FillAsync("0.8");
        await Expect(canvas).ToHaveCSSAsync("filter", "brightness(1.5) contrast(0.8)");
        await studio.Stage.FocusAsync();
        await studio.Page.Keyboard.PressAsync("w");
        await studio.MoveAsync(200, 120);
        await Expect(studio.Page.GetByLabel("Magnifier")).ToBeCheckedAsync();
        await studio.ScreenshotAsync("desk-view");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "As it is" }).ClickAsync();
        await Expect(canvas).ToHaveCSSAsync("filter", "none");
        Assert.Equal(before, await project.MasksAsync(cancel));
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = Timeout)]
    public async Task Pictures_DoneInAJobAndLeftOut_AreSoOnTheServer()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, "Job", pictures: 2, opens: false);
        var created = await project.PostAsync(
            "jobs", new { name = "Stage one", kind = "JOB_KIND_ANNOTATE", pictures = project.Pictures }, cancel);
        var job = created["jobs"]![0]!["id"]!.ToString();
        await desk.OpenAsync($"?job={job}");
        await desk.BrushAsync((60, 60), (90, 70));
        await studio.Page.Keyboard.PressAsync("Shift+F");
        await Expect(studio.Page).ToHaveURLAsync(
            new Regex($"{project.Pictures[1]}\\?job={job}$"));
        await desk.ShownAsync(1);
        await Expect(desk.Objects).ToHaveCountAsync(0);
        Assert.Equal(1, (await project.GetAsync($"jobs/{job}", cancel))["finishedCount"]!.GetValue<int>());
        Assert.Single(await project.MasksAsync(cancel));

        await Expect(studio.Stage).ToBeVisibleAsync();
        await studio.Page.Keyboard.PressAsync("Shift+X");
        var dialog = studio.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("blurred");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Leave it out" }).ClickAsync();
        await Expect(studio.Page.Locator(".notice")).ToContainTextAsync("no other picture");
        var picture = await project.GetAsync($"pictures/{project.Pictures[1]}", cancel);
        Assert.Equal("blurred", picture["excludedReason"]!.GetValue<string>());
    }

    [Fact(Timeout = Timeout)]
    public async Task Hint_OfSecondsAMask_ShowsAndGoesWithTheMask()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, _) = await OpenAsync(studio, "Hint", secondsPerMask: 1);
        var hint = studio.Page.Locator(".desk-pace .notice");
        await desk.BrushAsync((60, 60), (90, 70));
        for (var step = 0; !await hint.IsVisibleAsync(); step++)
        {
            // Time counts while the person moves.
            await studio.MoveAsync(100 + (step % 100), 200);
        }

        await Expect(hint).ToContainTextAsync("more than 1 second");
        await studio.ScreenshotAsync("desk-hint");
        // It blocks nothing: the mask goes on, and the next one begins without it.
        await desk.StrokeAsync((90, 70), (120, 80));
        await desk.SavedAsync();
        await studio.Page.Keyboard.PressAsync("n");
        await Expect(hint).ToHaveCountAsync(0);
        await Expect(desk.Objects).ToHaveCountAsync(1);
        studio.AssertNoTroubles();
    }

    private async Task<(DeskPage Desk, DeskProject Project)> OpenAsync(
        StudioPage studio, string name, int pictures = 1, int secondsPerMask = 0, bool opens = true)
    {
        var project = await DeskProject.CreateAsync(
            browser.Server.Address, name, TestContext.Current.CancellationToken, pictures, secondsPerMask);
        var desk = new DeskPage(studio, browser.Server.Address, project);
        if (opens)
        {
            await desk.OpenAsync();
        }

        return (desk, project);
    }
}

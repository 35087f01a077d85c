using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The desk of projects, on the real server: whatever ends, what was drawn is there afterwards.</summary>
public sealed class ProjectDeskTests(BrowserFixture browser) : IDisposable
{
    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("desk-profile-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _profile.Delete(recursive: true);

    [Fact(Timeout = 600_000)]
    public async Task Objects_ByClickBrushAndPolygon_AreThereAfterAReload()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, "Reload");
        await Expect(studio.Page.Locator(".picture-name [role=status]")).ToHaveCountAsync(0);
        await studio.Page.Keyboard.PressAsync("1");
        await studio.ClickAsync(300, 200);
        await Expect(studio.Candidates).ToHaveCountAsync(3);
        await desk.BrushAsync((60, 60), (90, 70), (100, 100));
        await studio.Page.Keyboard.PressAsync("p");
        await studio.Page.Keyboard.PressAsync("n");
        foreach (var (x, y) in new[] { (450, 40), (540, 60), (520, 120), (450, 40) })
        {
            var (left, top) = await studio.OnPageAsync(x, y);
            await studio.Page.Mouse.ClickAsync(left, top);
        }

        await Expect(desk.Objects).ToHaveCountAsync(3);
        await desk.SavedAsync();
        await studio.ScreenshotAsync("desk");
        var before = await project.MasksAsync(cancel);
        Assert.Equal(3, before.Count);

        await studio.Page.ReloadAsync();
        await Expect(desk.Objects).ToHaveCountAsync(3);
        await Expect(desk.Objects.First).ToContainTextAsync("cup");
        await Expect(desk.Held).ToHaveCountAsync(0);
        await studio.Page.Keyboard.PressAsync("PageDown");
        await studio.Page.Keyboard.PressAsync("Delete");
        await studio.Page.Keyboard.PressAsync("Control+z");
        await desk.SavedAsync();
        Assert.Equal(before, await project.MasksAsync(cancel));
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Browser_KilledWithWorkUnsent_SendsItAtTheNextVisit()
    {
        var cancel = TestContext.Current.CancellationToken;
        browser.Require();
        var project = await DeskProject.CreateAsync(browser.Server.Address, "Killed", cancel);
        await using (var studio = await OpenProfileAsync())
        {
            studio.NotesTroubles = false;
            var desk = new DeskPage(studio, browser.Server.Address, project);
            await desk.OpenAsync();
            await studio.Page.RouteAsync("**/*ApplyOperations", route => route.AbortAsync());
            await desk.BrushAsync((60, 60), (90, 70));
            await desk.BrushAsync((300, 300), (340, 310));
            await Expect(desk.Badge).ToHaveAttributeAsync("data-unsent", "2");
            // Both are counted at once. From here on both are on the disk.
            await Expect(desk.Badge).ToHaveAttributeAsync("aria-busy", "false");
            await Expect(studio.Page.Locator("html[data-unsaved]")).ToHaveCountAsync(1);
            Assert.Empty(await project.MasksAsync(cancel));
            KillBrowser();
        }

        await using var next = await OpenProfileAsync();
        next.NotesTroubles = false;
        var again = new DeskPage(next, browser.Server.Address, project);
        await again.OpenAsync();
        await Expect(again.Objects).ToHaveCountAsync(2);
        await again.SavedAsync();
        Assert.Equal(2, (await project.MasksAsync(cancel)).Count);
        // The lease of the window that was killed is this one's now.
        await Expect(again.Held).ToHaveCountAsync(0);
    }

    [Fact(Timeout = 600_000)]
    public async Task Server_GoneAndBack_HasWhatWasDrawnMeanwhileInOrder()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(cancel);
        var (desk, project) = await OpenAsync(studio, "Offline");
        studio.NotesTroubles = false;
        await browser.Server.KillAsync();
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.BrushAsync((300, 300), (340, 310));
        await studio.Page.Keyboard.PressAsync("1");
        await Expect(desk.Badge).ToHaveAttributeAsync("data-state", "offline");
        await Expect(desk.Badge).ToContainTextAsync("3 unsent");
        await studio.ScreenshotAsync("desk-offline");

        await browser.Server.StartAsync(cancel);
        await desk.SavedAsync();
        Assert.Equal(2, (await project.MasksAsync(cancel)).Count);
        await Expect(desk.Objects.First).ToContainTextAsync("cup");
    }

    [Fact(Timeout = 600_000)]
    public async Task TwoBrowsers_OnOnePicture_SeeEachOtherAndTakeOver()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var first = await browser.OpenAsync(cancel);
        var (mine, project) = await OpenAsync(first, "Two");
        await using var second = await browser.OpenAsync(cancel);
        second.NotesTroubles = first.NotesTroubles = false;
        var theirs = new DeskPage(second, browser.Server.Address, project);
        await theirs.OpenAsync();
        await Expect(theirs.Held).ToBeVisibleAsync();

        await mine.BrushAsync((60, 60), (90, 70));
        await Expect(theirs.Objects).ToHaveCountAsync(1);
        await theirs.BrushAsync((200, 60), (220, 70));
        await Expect(theirs.Objects).ToHaveCountAsync(1);

        await theirs.Held.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(theirs.Held).ToHaveCountAsync(0);
        await Expect(mine.Held).ToBeVisibleAsync();
        await theirs.BrushAsync((200, 60), (220, 70));
        await Expect(mine.Objects).ToHaveCountAsync(2);
        await theirs.SavedAsync();
        Assert.Equal(2, (await project.MasksAsync(cancel)).Count);
    }

    [Theory(Timeout = 600_000)]
    [InlineData("dark", 1360)]
    [InlineData("light", 1360)]
    [InlineData("light", 360)]
    public async Task Desk_AndItsDialogs_AreAccessible(string theme, int width)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var studio = await browser.OpenAsync(
            cancel, new() { ViewportSize = new() { Width = width, Height = 850 } });
        var (desk, _) = await OpenAsync(studio, $"Axe {theme} {width}");
        await studio.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
        await desk.BrushAsync((60, 60), (90, 70));
        await desk.SavedAsync();
        await AssertCleanAsync(studio, $"desk-{theme}-{width}");
        await studio.OpenDialogAsync("?");
        await AssertCleanAsync(studio, $"desk-keys-{theme}-{width}");
        await studio.CloseDialogAsync();
        await desk.Badge.ClickAsync();
        await AssertCleanAsync(studio, $"desk-journal-{theme}-{width}");
    }

    private static async Task AssertCleanAsync(StudioPage studio, string name)
    {
        await studio.ScreenshotAsync(name);
        Assert.Empty(await Axe.FaultsAsync(studio.Page));
    }

    private async Task<(DeskPage Desk, DeskProject Project)> OpenAsync(StudioPage studio, string name)
    {
        var project = await DeskProject.CreateAsync(browser.Server.Address, name, Cancel);
        var desk = new DeskPage(studio, browser.Server.Address, project);
        await desk.OpenAsync();
        return (desk, project);
    }

    /// <summary>A browser of its own on this test's profile.</summary>
    private async Task<StudioPage> OpenProfileAsync()
    {
        var context = await browser.OpenProfileAsync(_profile.FullName);
        return await StudioPage.OpenAsync(context, browser.Server.Address, saved: null, Cancel);
    }

    /// <summary>SIGKILL to every process of the browser on this test's profile.</summary>
    private void KillBrowser()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) &&
                CommandOf(folder).Contains(_profile.FullName, StringComparison.Ordinal))
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
        }
    }

    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}

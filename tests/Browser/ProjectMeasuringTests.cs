using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>Review, audits, agreement and figures in the page, of masks that the real server has.</summary>
public sealed class ProjectMeasuringTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("light", 1360)]
    [InlineData("dark", 360)]
    public async Task Figures_OfRealWork_AreShownAndRead(string theme, int width)
    {
        await using var studio = await OpenAsync(width);
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, $"Figures {width}", Cancel);
        var first = await project.AddPictureAsync(1, Cancel);
        var second = await project.AddPictureAsync(2, Cancel);
        await project.DrawAsync(first, Box(0), 1, Cancel, seconds: 10, clicks: 2);
        var judged = await project.DrawAsync(first, Box(1), 1, Cancel, seconds: 20, clicks: 4);
        await project.DrawAsync(second, Box(2), 2, Cancel, seconds: 12, clicks: 3);
        var accepted = await project.DrawAsync(second, Box(3), 2, Cancel, isProposal: true);
        var rejected = await project.DrawAsync(second, Box(4), 2, Cancel, isProposal: true);
        await project.ApplyAsync(second, [Decision("accept", accepted), Decision("reject", rejected)], Cancel);
        await JudgeAsync(project, first, judged);

        await ShowAsync(page, project, "figures", theme);
        await Expect(Figure(page, "Masks")).ToHaveTextAsync("4");
        await Expect(Figure(page, "Masks a picture")).ToHaveTextAsync("2.0");
        await Expect(Figure(page, "Proposals accepted")).ToHaveTextAsync("50%");
        await Expect(Figure(page, "Satisfactory / unsatisfactory / rejected")).ToHaveTextAsync("1 / 0 / 0");
        var stage = page.GetByRole(AriaRole.Table, new() { Name = "Beside the SAM paper" })
            .GetByRole(AriaRole.Row, new() { NameRegex = new("^Assisted") });
        await Expect(stage).ToContainTextAsync("14.0");
        await Expect(page.Locator(".plot")).ToHaveCountAsync(4);
        // A bar for each of the three timed masks' seconds.
        await Expect(page.Locator(".plot").Last.Locator("rect:not([height='0'])")).ToHaveCountAsync(3);
        await AssertReadableAsync(studio, $"project-figures-{theme}-{width}");
    }

    [Theory]
    [InlineData("light", 1360)]
    [InlineData("dark", 360)]
    public async Task Audit_WithACorrectedMask_ReportsTheShares(string theme, int width)
    {
        await using var studio = await OpenAsync(width);
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, $"Audit {width}", Cancel);
        var first = await project.AddPictureAsync(1, Cancel);
        var second = await project.AddPictureAsync(2, Cancel);
        var wrong = await project.DrawAsync(first, ProjectData.Rectangle(0, 0, 100, 100), 1, Cancel);
        foreach (var picture in new[] { first, second, second })
        {
            await project.DrawAsync(picture, Box(2), 2, Cancel);
        }

        await ShowAsync(page, project, "review", theme);
        await page.GetByText("Create audit").First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Audit of cups");
        await page.GetByLabel("Pictures", new() { Exact = true }).FillAsync("2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create audit" }).ClickAsync();
        await Expect(page.GetByText("0 of 2 pictures")).ToBeVisibleAsync();
        var job = Regex.Match(page.Url, "audit=([0-9]+)").Groups[1].Value;

        // Half of the mask was wrong.
        var update = new
        {
            id = wrong.GetProperty("id").GetString(),
            label = 1,
            mask = ProjectData.MessageOf(ProjectData.Rectangle(0, 0, 50, 100)),
            state = "ANNOTATION_STATE_ACTIVE",
            provenance = new { source = "ANNOTATION_SOURCE_MANUAL" },
        };
        await project.ApplyAsync(
            first, [new { id = Guid.CreateVersion7(), baseRevision = 1, update }], Cancel, job);
        foreach (var picture in new[] { first, second })
        {
            await project.PostAsync($"jobs/{job}/pictures/{picture}:finish", new { activeMs = 1000 }, Cancel);
        }

        await page.ReloadAsync();
        await Expect(page.GetByText("2 of 2 pictures")).ToBeVisibleAsync();
        await Expect(Figure(page, "Pairs of masks")).ToHaveTextAsync("4");
        await Expect(Figure(page, "Mean IoU")).ToHaveTextAsync("0.875");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^IoU above 0.90") }))
            .ToContainTextAsync(new Regex("75.0%.*94%"));
        await AssertReadableAsync(studio, $"project-audit-{theme}-{width}");
    }

    [Theory]
    [InlineData("light", 1360)]
    [InlineData("dark", 360)]
    public async Task Agreement_OfTwoPeople_IsShown(string theme, int width)
    {
        await using var studio = await OpenAsync(width);
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, $"Agreement {width}", Cancel);
        var picture = await project.AddPictureAsync(1, Cancel);
        var created = await project.PostAsync(
            "jobs", new { name = "Twice", kind = "JOB_KIND_REPLICA", assignees = new[] { "anna", "ben" } }, Cancel);
        string[] jobs = [.. created.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString()!)];
        await project.DrawAsync(picture, ProjectData.Rectangle(0, 0, 100, 100), 1, Cancel, job: jobs[0]);
        await project.DrawAsync(picture, ProjectData.Rectangle(0, 0, 80, 100), 1, Cancel, job: jobs[1]);
        await project.DrawAsync(picture, Box(4), 2, Cancel, job: jobs[1]);
        foreach (var job in jobs)
        {
            await project.PostAsync($"jobs/{job}/pictures/{picture}:finish", new { activeMs = 1000 }, Cancel);
        }

        await ShowAsync(page, project, "review", theme);
        await Expect(Figure(page, "Mean IoU")).ToHaveTextAsync("0.800");
        await Expect(Figure(page, "Same label")).ToHaveTextAsync("100.0% (100.0%)");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^anonymous") })).ToHaveCountAsync(1);
        await AssertReadableAsync(studio, $"project-agreement-{theme}-{width}");
    }

    [Fact]
    public async Task Review_BegunFromTheQueue_GoesThroughItInReviewMode()
    {
        await using var studio = await OpenAsync(1360);
        studio.LeavesPictures = true;
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, "Queue", Cancel);
        string[] pictures = [await project.AddPictureAsync(1, Cancel), await project.AddPictureAsync(2, Cancel)];
        await project.AddPictureAsync(3, Cancel);
        foreach (var picture in pictures)
        {
            await project.DrawAsync(picture, Box(2), 1, Cancel);
        }

        await project.PostAsync(
            "pictures:update", new { pictures, values = new { state = "PICTURE_STATE_DONE" }, updateMask = "state" }, Cancel);
        await ShowAsync(page, project, "review", "dark");
        await page.GetByRole(AriaRole.Link, new() { Name = "Begin review" }).ClickAsync();
        await page.WaitForSelectorAsync("#stage[data-view]");
        await Expect(page).ToHaveURLAsync(new Regex($"pictures/{pictures[0]}\\?review=1$"));
        await page.Keyboard.PressAsync("PageDown");
        await page.Keyboard.PressAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Done, next picture" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex($"pictures/{pictures[1]}\\?review=1$"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Satisfactory" }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next picture", Exact = true }).ClickAsync();
        await Expect(page.GetByText("There is no other picture to work on.")).ToBeVisibleAsync();
        var first = await project.GetAsync($"pictures/{pictures[0]}", Cancel);
        Assert.Equal("PICTURE_STATE_ACCEPTED", first.GetProperty("state").GetString());
        studio.AssertNoTroubles();
    }

    [Fact]
    public async Task ReviewJob_OpenedFromTheJobs_IsInReviewMode()
    {
        await using var studio = await OpenAsync(1360);
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, "Review job", Cancel);
        var picture = await project.AddPictureAsync(1, Cancel);
        await project.PostAsync("jobs", new { name = "Judge cups", kind = "JOB_KIND_REVIEW" }, Cancel);

        await ShowAsync(page, project, "jobs", "light");
        await page.GetByRole(AriaRole.Link, new() { Name = "Judge cups" }).ClickAsync();
        await Expect(page.GetByText("Job: Judge cups")).ToBeVisibleAsync();
        await page.Locator(".tile").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"pictures/{picture}\\?job=[0-9]+&review=1$"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Unsatisfactory" })).ToBeVisibleAsync();
        studio.AssertNoTroubles();
    }

    /// <summary>A mask that overlaps no other of these.</summary>
    private static Masks.RunLengths Box(int place) => ProjectData.Rectangle(100 * place, 200, 80, 60);

    private static Dictionary<string, object> Decision(string kind, JsonElement annotation) => new()
    {
        ["id"] = Guid.CreateVersion7(),
        ["baseRevision"] = annotation.GetProperty("revision").GetString()!,
        [kind] = annotation.GetProperty("id").GetString()!,
    };

    private static Task<JsonElement> JudgeAsync(ProjectData project, string picture, JsonElement annotation) =>
        project.PostAsync(
            $"pictures/{picture}:judge",
            new
            {
                verdicts = new[]
                {
                    new
                    {
                        id = Guid.CreateVersion7(),
                        annotation = annotation.GetProperty("id").GetString(),
                        annotationRevision = annotation.GetProperty("revision").GetString(),
                        kind = "VERDICT_KIND_SATISFACTORY",
                    },
                },
            },
            Cancel);

    /// <summary>The number below a name in a head of figures.</summary>
    private static ILocator Figure(IPage page, string name) =>
        page.Locator(".figure").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) }).Locator("dd");

    /// <summary>The page is accessible, no wider than the window, and words of plots are large enough.</summary>
    private static async Task AssertReadableAsync(StudioPage studio, string name)
    {
        var page = studio.Page;
        await Artifacts.PictureAsync(page, name, isWhole: true);
        Assert.Empty(await Axe.FaultsAsync(page));
        Assert.False(await page.EvaluateAsync<bool>("document.querySelector('.page').scrollWidth > innerWidth"));
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('.plot text')].every(text => text.getBoundingClientRect().height >= 9)"));
        studio.AssertNoTroubles();
    }

    private async Task ShowAsync(IPage page, ProjectData project, string name, string theme)
    {
        await page.GotoAsync($"{browser.Server.Address}#/projects/{project.Id}/{name}");
        await page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
        await Expect(page.Locator(".page h1")).ToHaveCountAsync(1);
    }

    private Task<StudioPage> OpenAsync(int width) =>
        browser.OpenAsync(Cancel, new() { ViewportSize = new() { Width = width, Height = 850 } });
}

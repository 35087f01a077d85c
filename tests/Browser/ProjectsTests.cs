using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Segmentation.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The pages of projects, on the real server.</summary>
public sealed class ProjectsTests(BrowserFixture browser) : IDisposable
{
    private const int Pictures = 24;

    private static readonly string[] _pages =
        ["", "/settings", "/runs", "/transfers", "/figures", "/review", "/jobs"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pictures-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 600_000)]
    public async Task Project_FromItsCreationToItsExport_IsMadeInThePage()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        await CreateAsync(page, "From creation to export");
        await AddFolderAsync(page);

        // The same folder again: every file is known, and none is sent.
        await page.Locator("input[type=file][aria-label='Add a folder']").SetInputFilesAsync(_folder.FullName);
        await Expect(page.Locator(".upload-panel")).ToContainTextAsync($"{Pictures} already here");
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync($"{Pictures} pictures");
        await studio.ScreenshotAsync("project-gallery");
        Assert.True(await page.EvaluateAsync<bool>(
            "document.querySelector('.tile').getBoundingClientRect().top"
                + " - document.querySelector('.filters').getBoundingClientRect().bottom >= 8"));

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Name contains" }).FillAsync("blue-3");
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("1 picture");
        Assert.Contains("name=blue-3", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("1 picture");

        await page.Locator(".tile").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("#/projects/[^/]+/pictures/[0-9]+$"));
        await page.GoBackAsync();
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("1 picture");

        await page.GetByRole(AriaRole.Button, new() { Name = "Clear filter" }).ClickAsync();
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync($"{Pictures} pictures");
        await page.GetByRole(AriaRole.Link, new() { Name = "Import and export" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Include the pictures" }).First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start export" }).ClickAsync();
        var link = page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") });
        await Expect(link).ToBeVisibleAsync();
        await studio.ScreenshotAsync("project-export");
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        await using var archive = File.OpenRead(await download.PathAsync());
        using var zip = new ZipArchive(archive);
        Assert.Equal(Pictures, zip.Entries.Count(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)));
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Attribute_WhileItIsTyped_IsNoFault()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        await CreateAsync(page, "Attributes");
        await AddFolderAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "More conditions" }).ClickAsync();
        var attribute = page.GetByRole(AriaRole.Searchbox, new() { Name = "Attribute" });
        await attribute.FillAsync("weather");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Name contains" }).FillAsync("blue-3");
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("1 picture");
        await Expect(page.Locator(".page .trouble")).ToHaveCountAsync(0);
        await attribute.FillAsync("weather=rain");
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("0 pictures");
        await Expect(page.GetByText("No picture matches")).ToBeVisibleAsync();
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Selection_ByKeysAndShift_IsChangedAndDeleted()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        await CreateAsync(page, "Selection");
        await AddFolderAsync(page);

        var gallery = page.GetByRole(AriaRole.Listbox);
        await gallery.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(page.Locator(".selection-bar strong")).ToHaveTextAsync("3 pictures selected");
        await page.Locator(".selection-bar select").First.SelectOptionAsync("Done");
        await Expect(page.Locator(".tile .state-done")).ToHaveCountAsync(3);

        await page.GetByRole(AriaRole.Button, new() { Name = "Exclude" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }).FillAsync("blurred");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Exclude" }).ClickAsync();
        await Expect(page.Locator(".tile[data-excluded]")).ToHaveCountAsync(3);

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync($"{Pictures - 3} pictures");
        await Expect(page.Locator(".selection-bar")).ToHaveCountAsync(0);
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Creation_WithATakenName_KeepsWhatWasTyped()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var page = studio.Page;
        await CreateAsync(page, "Taken");

        await page.GetByRole(AriaRole.Link, new() { Name = "Projects" }).ClickAsync();
        await FillAsync(page, "Taken", "cell\nnucleus");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "New project" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog).Locator(".trouble")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Labels" })).ToHaveValueAsync("cell\nnucleus");
        studio.AssertNoTroubles();
    }

    [Theory(Timeout = 600_000)]
    [InlineData("en", false)]
    [InlineData("de", true)]
    [InlineData("ru", true)]
    [InlineData("zh-Hans", false)]
    public async Task Pages_LightAndDark_AreCleanAndFit(string language, bool onPhone)
    {
        var size = onPhone ? new ViewportSize { Width = 360, Height = 740 } : null;
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken, new()
        {
            ViewportSize = size,
            IsMobile = onPhone,
            HasTouch = onPhone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        var page = studio.Page;
        await CreateAsync(page, $"Pages in {language}");
        await AddFolderAsync(page);
        var address = new Uri(page.Url).GetLeftPart(UriPartial.Query) + new Uri(page.Url).Fragment.Split('?')[0];
        await page.Locator("select.language").SelectOptionAsync(language);
        var found = new List<string>();
        foreach (var path in _pages)
        {
            await page.GotoAsync(address + path);
            await Expect(page.Locator(".page h1")).ToHaveCountAsync(1);
            await Expect(page.Locator(".page :is(section, .gallery, .empty)").First).ToBeVisibleAsync();
            var name = $"project{path.Replace('/', '-')}-{language}";
            found.AddRange((await Axe.FaultsOfThemesAsync(page, theme => studio.ScreenshotAsync(
                $"{name}-{theme}{(onPhone ? "-phone" : null)}".ToLower(CultureInfo.InvariantCulture))))
                .Select(words => $"{name}, {words}"));

            if (await page.EvaluateAsync<bool>("document.querySelector('.page').scrollWidth > innerWidth"))
            {
                found.Add($"{path}, {language}: wider than the page");
            }
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Distinct()));
    }

    private static async Task CreateAsync(IPage page, string name)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Projects" }).ClickAsync();
        await FillAsync(page, name, "cell\nnucleus");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "New project" }).ClickAsync();
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("0 pictures");
    }

    private static async Task FillAsync(IPage page, string name, string labels)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New project" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync(name);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Labels" }).FillAsync(labels);
    }

    /// <summary>Makes a folder of pictures and a file that is none, and adds the folder.</summary>
    private async Task AddFolderAsync(IPage page)
    {
        var bytes = await File.ReadAllBytesAsync(
            Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"),
            TestContext.Current.CancellationToken);
        for (var i = 0; i < Pictures; i++)
        {
            // Bytes behind the end of a PNG change its hash and not its pixels.
            await File.WriteAllBytesAsync(
                Path.Combine(_folder.FullName, $"{(i < Pictures / 2 ? "blue" : "red")}-{i}.png"),
                [.. bytes, (byte)i],
                TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "notes.txt"), "no picture", TestContext.Current.CancellationToken);
        await page.Locator("input[type=file]").Nth(1).SetInputFilesAsync(_folder.FullName);
        await Expect(page.Locator(".gallery-count")).ToContainTextAsync(
            $"{Pictures}", new() { Timeout = 120_000 });
    }
}

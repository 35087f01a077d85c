using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>What goes into projects and out of them, in the page and on the real server.</summary>
public sealed class ProjectTransfersTests(BrowserFixture browser) : IDisposable
{
    /// <summary>Bytes that the page sends with one request.</summary>
    private const int Part = 8 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("transfers-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Export_ImportedIntoAnotherProject_HasTheSameMasks()
    {
        await using var studio = await browser.OpenAsync(Cancel);
        var page = studio.Page;
        var source = await FilledAsync("Source of an export");
        await OpenAsync(page, source);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Include the pictures" }).First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start export" }).ClickAsync();
        await Expect(Row(page, "Export")).ToContainTextAsync("2 pictures, 3 masks");
        var archive = await DownloadAsync(page, "Export");

        var target = await ProjectData.CreateAsync(browser.Server.Address, "Target of an import", Cancel);
        await OpenAsync(page, target);
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(
            new FilePayload { Name = "masks.zip", MimeType = "application/zip", Buffer = archive });
        await page.GetByRole(AriaRole.Button, new() { Name = "Send and import" }).ClickAsync();
        await Expect(Row(page, "Import").Locator(".tag")).ToHaveTextAsync("done");
        await Expect(Row(page, "Import")).ToContainTextAsync("2 pictures, 3 masks");
        await studio.ScreenshotAsync("project-import");

        Assert.Equal(await AllMasksAsync(source, withProposals: false), await AllMasksAsync(target));
        studio.AssertNoTroubles();
    }

    [Fact]
    public async Task Export_OfTheGallerysFilter_HasOnlyItsPictures()
    {
        await using var studio = await browser.OpenAsync(Cancel);
        var page = studio.Page;
        var source = await FilledAsync("Filtered export");
        await page.GotoAsync($"{browser.Server.Address}#/projects/{source.Id}?name=coffee-2");
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("1 picture");

        await page.GetByRole(AriaRole.Link, new() { Name = "Import and export" }).ClickAsync();
        await Expect(page.GetByText("The pictures of the gallery's filter.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Include the pictures" }).First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start export" }).ClickAsync();
        await Expect(Row(page, "Export")).ToContainTextAsync("1 picture, 1 mask");
        using var zip = new ZipArchive(new MemoryStream(await DownloadAsync(page, "Export")));

        Assert.Equal(
            ["coffee-2.png"],
            zip.Entries.Select(entry => entry.Name).Where(name => name.EndsWith(".png", StringComparison.Ordinal)));
        studio.AssertNoTroubles();
    }

    [Fact]
    public async Task Backup_Restored_IsAnotherProjectWithEverything()
    {
        await using var studio = await browser.OpenAsync(Cancel);
        var page = studio.Page;
        var source = await FilledAsync("Backed up");
        await OpenAsync(page, source);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start backup" }).ClickAsync();
        var archive = await DownloadAsync(page, "Backup");

        await page.GetByRole(AriaRole.Link, new() { Name = "Projects" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore a backup" }).ClickAsync();
        await page.GetByLabel("Archive of a backup").SetInputFilesAsync(
            new FilePayload { Name = "backup.zip", MimeType = "application/zip", Buffer = archive });
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Restored");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Expect(page.Locator(".gallery-count")).ToHaveTextAsync("2 pictures");
        await Expect(page.Locator(".crumbs")).ToContainTextAsync("Restored");

        var id = Regex.Match(page.Url, "#/projects/([^/?]+)").Groups[1].Value;
        Assert.NotEqual(source.Id, id);
        Assert.Equal(await AllMasksAsync(source), await AllMasksAsync(source with { Id = id }));
        studio.AssertNoTroubles();
    }

    [Fact]
    public async Task Import_OfDamagedMasks_TellsWhichAndTakesTheRest()
    {
        await using var studio = await browser.OpenAsync(Cancel);
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, "Damaged masks", Cancel);
        var picture = await project.AddPictureAsync(1, Cancel);
        var good = ProjectData.Rectangle(10, 10, 50, 40);
        var file = JsonSerializer.SerializeToUtf8Bytes(new
        {
            images = new[] { new { id = 1, file_name = "coffee-1.png", width = 600, height = 400 } },
            categories = new[] { new { id = 1, name = "cup" } },
            annotations = new[]
            {
                new { id = 1, image_id = 1, category_id = 1, iscrowd = 0, segmentation = ProjectData.MessageOf(good) },
                new
                {
                    id = 2,
                    image_id = 1,
                    category_id = 1,
                    iscrowd = 0,
                    segmentation = (object)new { size = new[] { 3, 4 }, counts = "0<" },
                },
            },
        });
        await OpenAsync(page, project);
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(
            new FilePayload { Name = "instances.json", MimeType = "application/json", Buffer = file });
        await page.GetByRole(AriaRole.Button, new() { Name = "Send and import" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "1 item left out" }).ClickAsync();

        var row = page.Locator(".error-table tbody tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("size");
        await studio.ScreenshotAsync("project-import-errors");
        var table = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Button, new() { Name = "Save as table" }).ClickAsync());
        Assert.Contains("size", await File.ReadAllTextAsync(await table.PathAsync(), Cancel), StringComparison.Ordinal);
        Assert.Equal(good.ToCocoString(), Assert.Single(await project.MasksAsync(picture, Cancel)).Counts);
        studio.AssertNoTroubles();
    }

    [Fact]
    public async Task Upload_CutOffAndChosenAgain_GoesOnWhereItWas()
    {
        await using var studio = await browser.OpenAsync(Cancel);
        studio.NotesTroubles = false;
        var page = studio.Page;
        var project = await ProjectData.CreateAsync(browser.Server.Address, "Cut off", Cancel);
        var path = await LargeArchiveAsync();
        var isCut = true;
        var sent = new List<string>();
        await page.RouteAsync("**/uploads/*", route =>
        {
            var request = route.Request;
            if (request.Method != "PATCH")
            {
                return route.ContinueAsync();
            }

            var offset = request.Headers["upload-offset"];
            sent.Add(offset);
            return isCut && offset != "0" ? route.AbortAsync() : route.ContinueAsync();
        });
        await OpenAsync(page, project);
        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send and import" }).ClickAsync();
        await Expect(page.Locator(".archive-progress .trouble")).ToBeVisibleAsync();
        await page.ReloadAsync();
        isCut = false;
        sent.Clear();

        await page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(path);
        await page.GetByLabel("Format").Last.SelectOptionAsync("Pictures only");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send and import" }).ClickAsync();
        await Expect(Row(page, "Import").Locator(".tag")).ToHaveTextAsync("done");

        Assert.Equal($"{Part}", sent[0]);
        Assert.Equal(["coffee-1.png"], (await project.PicturesAsync(Cancel)).Keys);
    }

    /// <summary>A row of the list of transfers.</summary>
    private static ILocator Row(IPage page, string kind) =>
        page.Locator(".row").Filter(new() { Has = page.GetByText(kind, new() { Exact = true }) });

    private static async Task<byte[]> DownloadAsync(IPage page, string kind)
    {
        var link = Row(page, kind).GetByRole(AriaRole.Link, new() { NameRegex = new("^Download") });
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync(), Cancel);
    }

    /// <summary>Masks of all pictures by the pictures' names.</summary>
    private static async Task<List<string>> AllMasksAsync(ProjectData project, bool withProposals = true)
    {
        var masks = new List<string>();
        foreach (var (name, id) in await project.PicturesAsync(Cancel))
        {
            masks.AddRange((await project.MasksAsync(id, Cancel))
                .Where(mask => withProposals || mask.State == "ANNOTATION_STATE_ACTIVE")
                .Select(mask => $"{name} {mask}"));
        }

        return masks;
    }

    private async Task OpenAsync(IPage page, ProjectData project)
    {
        await page.GotoAsync($"{browser.Server.Address}#/projects/{project.Id}/transfers");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start export" })).ToBeVisibleAsync();
    }

    /// <summary>A project with two pictures, three masks and a proposal.</summary>
    private async Task<ProjectData> FilledAsync(string name)
    {
        var project = await ProjectData.CreateAsync(browser.Server.Address, name, Cancel);
        var first = await project.AddPictureAsync(1, Cancel);
        var second = await project.AddPictureAsync(2, Cancel);
        await project.DrawAsync(first, ProjectData.Rectangle(40, 30, 200, 150, hasHole: true), 1, Cancel);
        await project.DrawAsync(first, ProjectData.Rectangle(300, 200, 100, 100), 2, Cancel);
        await project.DrawAsync(second, ProjectData.Rectangle(0, 0, 600, 10), 2, Cancel);
        await project.DrawAsync(second, ProjectData.Rectangle(100, 100, 60, 60), 1, Cancel, isProposal: true);
        return project;
    }

    /// <summary>A zip of more than two parts with a picture in it.</summary>
    private async Task<string> LargeArchiveAsync()
    {
        var path = Path.Combine(_folder.FullName, "pictures.zip");
        await using var zip = await ZipFile.OpenAsync(path, ZipArchiveMode.Create, Cancel);
        await WriteAsync("coffee-1.png", await ProjectData.PictureAsync(1, Cancel));
        var noise = new byte[(2 * Part) + 1];
        new Random(1).NextBytes(noise);
        await WriteAsync("notes.txt", noise);
        return path;

        async Task WriteAsync(string name, byte[] bytes)
        {
            await using var entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(Cancel);
            await entry.WriteAsync(bytes, Cancel);
        }
    }
}

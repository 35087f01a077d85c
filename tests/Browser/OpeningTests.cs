using System.Text;
using Microsoft.Playwright;
using Segmentation.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>Pictures of all kinds, and several of them.</summary>
public sealed class OpeningTests(BrowserFixture browser)
{
    [Fact(Timeout = 600_000)]
    public async Task SeveralPictures_ChosenTogether_AreOpenedOneAfterAnother()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var images = Path.Combine(Repository.Root, "tests", "Sam", "Data", "images");
        await studio.Page.GetByLabel("Picture", new() { Exact = true }).SetInputFilesAsync(
            [Path.Combine(images, "coffee.png"), Path.Combine(images, "coins.png")]);
        await Expect(studio.Page.Locator(".picture-name")).ToContainTextAsync("coffee.png");
        var next = studio.Page.GetByRole(AriaRole.Button, new() { Name = "Next picture (1)" });
        await Expect(next).ToBeVisibleAsync();
        await studio.ScreenshotAsync("next-picture");
        await next.ClickAsync();

        await Expect(studio.Page.Locator(".picture-name")).ToContainTextAsync("coins.png");
        await Expect(next).ToHaveCountAsync(0);
    }

    [Fact(Timeout = 600_000)]
    public async Task Picture_OverTheServersLimit_IsMadeSmallerAndSaysSo()
    {
        browser.Require();
        var (grpc, http) = Repository.FreeNeighbours();
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:HttpPort={http}", $"Endpoints:GrpcPort={grpc}", "Encoder:MaxImagePixels=10000000");
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using var first = await browser.OpenAsync(TestContext.Current.CancellationToken);
        var studio = await StudioPage.OpenAsync(first.Page.Context, server.Address, saved: null, TestContext.Current.CancellationToken);
        studio.NotesTroubles = false;
        await studio.OpenPictureAsync("seeding.jpg");
        await Expect(studio.Page.GetByText("larger than the server accepts")).ToBeVisibleAsync();
        await studio.ScreenshotAsync("made-smaller");
        Assert.Equal((4096, 2304), await studio.SizeAsync());
        await studio.ClickAsync(2048, 1152);
        var mask = Assert.Single(await studio.MasksAsync());

        Assert.Equal((4096, 2304), (mask.Width, mask.Height));
    }

    [Theory(Timeout = 600_000)]
    [InlineData("BMP", "BM")]
    [InlineData("TIFF", "II*\0")]
    public async Task File_ThatNotAllCanRead_IsRefusedByName(string format, string beginning)
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.Page.GetByLabel("Picture", new() { Exact = true }).SetInputFilesAsync(new FilePayload
        {
            Name = "scan",
            MimeType = "application/octet-stream",
            Buffer = Encoding.Latin1.GetBytes(beginning.PadRight(64)),
        });

        await Expect(studio.Page.GetByText($"scan is a {format} file")).ToBeVisibleAsync();
        studio.AssertNoTroubles();
    }

    [Fact(Timeout = 600_000)]
    public async Task Export_ThatTakesLong_CanBeGivenUp()
    {
        await using var studio = await browser.OpenAsync(TestContext.Current.CancellationToken);
        await studio.OpenPictureAsync("coffee.png");
        await studio.ClickAsync(300, 200);
        // A worker that does not come to an end, as one with thousands of objects.
        await studio.Page.Context.RouteAsync("**/assets/export.worker*", route => route.FulfillAsync(new()
        {
            ContentType = "text/javascript",
            Headers = new Dictionary<string, string> { ["Cross-Origin-Embedder-Policy"] = "require-corp" },
            Body = "self.onmessage = () => self.postMessage({ kind: 'progress', done: 0 });",
        }));
        await studio.OpenDialogAsync("x");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "SVG" }).ClickAsync();
        await Expect(studio.Page.GetByText("0 of 1 object written")).ToBeVisibleAsync();
        await studio.ScreenshotAsync("exporting");
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(studio.Page.GetByText("0 of 1 object written")).ToHaveCountAsync(0);
        await studio.CloseDialogAsync();
        await studio.Page.Context.UnrouteAllAsync();

        Assert.NotEmpty(await studio.ExportAsync("SVG"));
        studio.AssertNoTroubles();
    }
}

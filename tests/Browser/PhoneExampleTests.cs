using System.Globalization;
using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;
using static Microsoft.Playwright.Assertions;

namespace Segmentation.Browser.Tests;

/// <summary>The page of docs/examples/phone, with a finger, from another origin than the server's.</summary>
public sealed partial class PhoneExampleTests(BrowserFixture browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finger_MovedOverACup_ShowsItsMaskUnderTheFinger()
    {
        await using var phone = await PhonePage.ServeAsync(Cancel);
        await using var server = await StartAsync(phone);
        await OpenPictureAsync(phone, server.Address);

        await phone.TouchAsync("touchStart", 0.1, 0.1);
        await Expect(phone.Status).ToHaveTextAsync(Answer());
        await phone.TouchAsync("touchMove", 0.4, 0.4);
        await phone.TouchAsync("touchMove", 0.5, 0.5);
        await phone.TouchAsync("touchEnd", 0.5, 0.5);
        await Expect(phone.Status).ToHaveTextAsync(new Regex("^11[0-9]{4} pixels"));
        await Artifacts.PictureAsync(phone.Page, "phone");

        var area = int.Parse(
            (await phone.Status.InnerTextAsync()).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.Equal(area, await phone.CoveredAsync());
        Assert.Equal(390, await phone.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Server_StartedAnewWithoutThePicture_GetsItAgainAndAnswersTheFinger()
    {
        await using var phone = await PhonePage.ServeAsync(Cancel);
        await using var server = await StartAsync(phone);
        await OpenPictureAsync(phone, server.Address);
        await server.KillAsync();
        await Expect(phone.Status).ToHaveTextAsync("The connection was lost.");

        await phone.TouchAsync("touchStart", 0.5, 0.5);
        await phone.TouchAsync("touchEnd", 0.5, 0.5);
        await server.StartAsync(Cancel);

        await Expect(phone.Status).ToHaveTextAsync(new Regex("^11[0-9]{4} pixels"), new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task Origin_NotAllowedByTheServer_IsSaidOnThePage()
    {
        browser.Require();
        await using var phone = await PhonePage.ServeAsync(Cancel);
        await phone.OpenAsync(await browser.BrowserAsync(BrowserKind.Chromium), browser.Server.Address);

        await phone.Page.Locator("#file").SetInputFilesAsync(Picture);

        await Expect(phone.Status).ToContainTextAsync("cannot be reached from this page");
    }

    private static string Picture => Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png");

    private async Task<ServiceProcess> StartAsync(PhonePage phone)
    {
        browser.Require();
        var (grpc, http) = Repository.FreeNeighbours();
        var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:HttpPort={http}", $"Endpoints:GrpcPort={grpc}", $"Cors:Origins={phone.Origin}");
        await server.StartAsync(Cancel);
        return server;
    }

    private async Task OpenPictureAsync(PhonePage phone, Uri server)
    {
        await phone.OpenAsync(await browser.BrowserAsync(BrowserKind.Chromium), server);
        await phone.Page.Locator("#file").SetInputFilesAsync(Picture);
        await Expect(phone.Status).ToHaveTextAsync("Touch the picture.");
    }

    [GeneratedRegex(@"^\d+ pixels, predicted IoU \d\.\d\d$")]
    private static partial Regex Answer();
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The page of docs/examples/phone on a web server of its own, as on somebody's laptop, in a browser with the size and
/// the touch of a phone.
/// </summary>
internal sealed class PhonePage : IAsyncDisposable
{
    private readonly WebApplication _site;
    private IBrowserContext? _context;
    private ICDPSession? _touch;

    private PhonePage(WebApplication site) => _site = site;

    /// <summary>Origin of the page.</summary>
    public string Origin => _site.Services.GetRequiredService<IServer>()
        .Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>The page, once it is open.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>The line that says how things stand.</summary>
    public ILocator Status => Page.Locator("#status");

    /// <summary>Starts the web server.</summary>
    public static async Task<PhonePage> ServeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = builder.Build();
        var file = Path.Combine(Repository.Root, "docs", "examples", "phone", "index.html");
        site.MapGet("/", () => Results.File(file, "text/html; charset=utf-8"));
        await site.StartAsync(cancellationToken);
        return new PhonePage(site);
    }

    /// <summary>Opens the page in a context with the size and the touch of a phone.</summary>
    public async Task OpenAsync(IBrowser browser, Uri server)
    {
        _context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            HasTouch = true,
            IsMobile = true,
            DeviceScaleFactor = 2,
        });
        Page = await _context.NewPageAsync();
        _touch = await _context.NewCDPSessionAsync(Page);
        await Page.GotoAsync($"{Origin}/?server={Uri.EscapeDataString(server.ToString())}");
    }

    /// <summary>Puts a finger on the picture, moves the finger, or lifts it.</summary>
    /// <param name="type"><c>touchStart</c>, <c>touchMove</c> or <c>touchEnd</c>.</param>
    /// <param name="x">Position as a part of the picture's width, 0 to 1.</param>
    /// <param name="y">Position as a part of the picture's height, 0 to 1.</param>
    public async Task TouchAsync(string type, double x, double y)
    {
        var box = (await Page.Locator("#mask").BoundingBoxAsync())!;
        var at = new Dictionary<string, object> { ["x"] = box.X + (x * box.Width), ["y"] = box.Y + (y * box.Height) };
        await _touch!.SendAsync(
            "Input.dispatchTouchEvent",
            new() { ["type"] = type, ["touchPoints"] = type == "touchEnd" ? Array.Empty<object>() : new[] { at } });
    }

    /// <summary>Counts the pixels of the picture that the mask covers.</summary>
    public Task<int> CoveredAsync() => Page.EvaluateAsync<int>(
        """
        () => {
          const mask = document.getElementById("mask");
          const { data } = mask.getContext("2d").getImageData(0, 0, mask.width, mask.height);
          return data.filter((value, index) => index % 4 === 3 && value > 0).length;
        }
        """);

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.DisposeAsync();
        }

        await _site.DisposeAsync();
    }
}

using Microsoft.Playwright;
using Segmentation.Tests.Shared;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Segmentation.Browser.Tests.BrowserFixture))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Segmentation.Browser.Tests;

/// <summary>One browser of each kind and one server for all tests; each test has a page of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private readonly ServiceProcess _server;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("segmentation-browser-");
    private readonly SavedFiles _saved = new();
    private readonly Dictionary<BrowserKind, IBrowser> _browsers = [];
    private readonly string? _missingStudio;
    private IPlaywright? _playwright;

    public BrowserFixture()
    {
        // What the studio copies as code has the gRPC port below its own.
        var (grpc, http) = Repository.FreeNeighbours();
        _server = new(
            "Standalone",
            http,
            $"Endpoints:HttpPort={http}",
            $"Endpoints:GrpcPort={grpc}",
            $"Projects:DataFolder={_data.FullName}");
        var studio = Path.Combine(Path.GetDirectoryName(Repository.Program("Standalone"))!, "studio", "index.html");
        _missingStudio = File.Exists(studio)
            ? null : "Standalone was built without the studio: build it where Node is.";
    }

    /// <summary>The server that the pages come from.</summary>
    internal ServiceProcess Server => _server;

    public async ValueTask InitializeAsync()
    {
        if (_missingStudio is null && (Chromium.Executable ?? Firefox.Executable) is not null)
        {
            _playwright = await Playwright.CreateAsync();
            // Playwright's five seconds are too few for a machine that has other work.
            Assertions.SetDefaultExpectTimeout((float)Patience.Longest.TotalMilliseconds);
            await _server.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Skips the test where something is missing, or fails it where CI says that it must be there.</summary>
    public void Require(BrowserKind kind = BrowserKind.Chromium) => Tool.SkipIf(_missingStudio ?? Missing(kind));

    /// <summary>Opens the studio in a page of its own.</summary>
    /// <param name="cancellationToken">Closes the page.</param>
    /// <param name="options">What the page has of its own.</param>
    /// <param name="kind">The browser.</param>
    /// <param name="address">Another server than the one of all tests.</param>
    internal async Task<StudioPage> OpenAsync(
        CancellationToken cancellationToken,
        BrowserNewContextOptions? options = null,
        BrowserKind kind = BrowserKind.Chromium,
        Uri? address = null)
    {
        Require(kind);
        options ??= new();
        options.ViewportSize ??= new() { Width = 1360, Height = 850 };
        options.ColorScheme ??= ColorScheme.Dark;
        options.Locale ??= "en-US";
        var context = await (await BrowserAsync(kind)).NewContextAsync(options);
        return await StudioPage.OpenAsync(
            context, address ?? _server.Address, kind == BrowserKind.Firefox ? _saved : null, cancellationToken);
    }

    /// <summary>Starts a Chromium of its own on a profile, which a later one finds as this one left it.</summary>
    internal Task<IBrowserContext> OpenProfileAsync(string folder) =>
        _playwright!.Chromium.LaunchPersistentContextAsync(folder, new()
        {
            ExecutablePath = Chromium.Executable,
            Args = ["--no-sandbox"],
            ViewportSize = new() { Width = 1360, Height = 850 },
            Locale = "en-US",
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _browsers.Values)
        {
            await browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _server.DisposeAsync();
        _saved.Dispose();
        _data.Delete(recursive: true);
    }

    private static string? Missing(BrowserKind kind) => kind switch
    {
        BrowserKind.Chromium when Chromium.Executable is null =>
            "No chromium on this machine's path: install it, or name one by SEGMENTATION_TEST_CHROMIUM.",
        BrowserKind.Firefox when Firefox.Executable is null =>
            "No firefox-esr on this machine's path: install it, or name one by SEGMENTATION_TEST_FIREFOX.",
        _ => null,
    };

    /// <summary>Starts a browser when the first test wants it: it takes no core from those that never do.</summary>
    internal async Task<IBrowser> BrowserAsync(BrowserKind kind)
    {
        if (!_browsers.TryGetValue(kind, out var browser))
        {
            _browsers[kind] = browser = kind == BrowserKind.Chromium
                ? await _playwright!.Chromium.LaunchAsync(new()
                {
                    ExecutablePath = Chromium.Executable,
                    // A container's root may not start the sandbox; only our own pages are opened. Without a GPU, one
                    // is imitated.
                    Args = ["--no-sandbox", "--enable-unsafe-webgpu"],
                })
                : await _playwright!.Firefox.LaunchAsync(new()
                {
                    ExecutablePath = Firefox.Executable,
                    // Any channel of Mozilla's own means WebDriver BiDi.
                    Channel = "moz-firefox",
                    DownloadsPath = _saved.Folder,
                });
        }

        return browser;
    }
}

using Microsoft.Playwright;
using Segmentation.Tests.Shared;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Segmentation.Browser.Tests.BrowserFixture))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Segmentation.Browser.Tests;

/// <summary>One browser and one server for all tests; each test has a page of its own.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private readonly ServiceProcess _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public BrowserFixture()
    {
        // What the studio copies as code has the gRPC port below its own.
        var (grpc, http) = Repository.FreeNeighbours();
        _server = new("Standalone", http, $"Endpoints:HttpPort={http}", $"Endpoints:GrpcPort={grpc}");
    }

    /// <summary>Why the tests cannot run here; null when they can.</summary>
    public string? Missing { get; private set; }

    /// <summary>The server that the pages come from.</summary>
    internal ServiceProcess Server => _server;

    public async ValueTask InitializeAsync()
    {
        var studio = Path.Combine(Path.GetDirectoryName(Repository.Program("Standalone"))!, "studio", "index.html");
        Missing = Chromium.Executable is null
            ? "No chromium on this machine's path: install it, or name one by SEGMENTATION_TEST_CHROMIUM."
            : File.Exists(studio) ? null : "Standalone was built without the studio: build it where Node is.";
        if (Missing is not null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        // A container's root may not start the sandbox; only our own pages are opened. Without a GPU, one is imitated.
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Executable,
            Args = ["--no-sandbox", "--enable-unsafe-webgpu"],
        });
        await _server.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Skips the test where something is missing, or fails it where CI says that it must be there.</summary>
    public void Require() => Tool.SkipIf(Missing);

    /// <summary>Opens the studio in a page of its own.</summary>
    internal async Task<StudioPage> OpenAsync(
        CancellationToken cancellationToken, BrowserNewContextOptions? options = null)
    {
        Require();
        options ??= new() { ViewportSize = new() { Width = 1360, Height = 850 } };
        options.ColorScheme ??= ColorScheme.Dark;
        var context = await _browser!.NewContextAsync(options);
        return await StudioPage.OpenAsync(context, _server.Address, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await _server.DisposeAsync();
    }
}

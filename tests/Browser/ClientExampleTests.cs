using System.Diagnostics;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The TypeScript client's README, as somebody else has it: the package installed into a project of its own, the example
/// compiled there and run by Node against the same server.
/// </summary>
public sealed class ClientExampleTests(BrowserFixture browser)
{
    [Fact(Timeout = 120_000)]
    public async Task ReadmeExample_OnACup_PrintsItsMasks()
    {
        browser.Require();
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(Repository.Root, "services", "studio"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("packages/client/examples/run.mjs");
        start.ArgumentList.Add("segment");
        start.ArgumentList.Add(browser.Server.Address.ToString());
        start.ArgumentList.Add(Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"));

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, await error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^[1-9]\d+ of 240000 pixels, predicted IoU \d\.\d\d$", line));
    }
}

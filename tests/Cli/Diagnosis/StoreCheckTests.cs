using Segmentation.Cli.Diagnosis;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Diagnosis;

/// <summary>The store's check with a real Redis, and without one.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Store_ThatEvicts_IsFineWithItsVersionAndLatency()
    {
        await using var redis = await StartAsync("--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru");

        var findings = await new StoreCheck(redis.ConnectionString, new()).RunAsync(Cancel);

        Assert.Equal(["store", "store memory"], findings.Select(finding => finding.Name));
        Assert.All(findings, finding => Assert.NotEqual(CheckState.Failed, finding.State));
        Assert.Matches(@"^127\.0\.0\.1:\d+, version \d+\.\d+.*, a ping takes \d+\.\d ms, at most \d+\.\d ms$", findings[0].Text);
        Assert.Equal(CheckState.Ok, findings[1].State);
        Assert.Contains("allkeys-lru, maxmemory 67108864 bytes", findings[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "noeviction", "Set maxmemory")]
    [InlineData("64mb", "noeviction", "needs maxmemory-policy allkeys-lru")]
    public async Task Store_ThatDoesNotEvict_IsAWarning(string memory, string policy, string advice)
    {
        await using var redis = await StartAsync("--maxmemory", memory, "--maxmemory-policy", policy);

        var findings = await new StoreCheck(redis.ConnectionString, new()).RunAsync(Cancel);

        Assert.Equal(CheckState.Warning, findings[1].State);
        Assert.Contains(advice, findings[1].Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_OfAStoreWithAPassword_TellsNoPassword()
    {
        await using var redis = await StartAsync("--requirepass", "geheim-wort");
        await File.WriteAllTextAsync(_folder.File("password"), "geheim-wort\n", Cancel);
        string[] doctor = ["doctor", "--data", _folder.File("data"), "--redis"];

        var byFile = await Segctl.RunAsync(
            [.. doctor, redis.ConnectionString, "--redis-password-file", _folder.File("password")]);
        var byAddress = await Segctl.RunAsync([.. doctor, $"{redis.ConnectionString},password=geheim-wort"]);
        var wrong = await Segctl.RunAsync([.. doctor, $"{redis.ConnectionString},password=geheim-anderes"]);
        var url = await Segctl.RunAsync([.. doctor, $"redis://:geheim-wort@{redis.ConnectionString}"]);

        Assert.Equal((0, 0, 1, 1), (byFile.ExitCode, byAddress.ExitCode, wrong.ExitCode, url.ExitCode));
        Assert.Matches("(?m)^ok +store  +127", byFile.Output);
        Assert.Matches("(?m)^ok +store  +127", byAddress.Output);
        Assert.Matches("(?m)^failed +store .*refuses the password", wrong.Output);
        Assert.Matches("(?m)^failed +store .*is no connection string", url.Output);
        Assert.All([byFile, byAddress, wrong, url], result =>
            Assert.DoesNotContain("geheim", result.Output + result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Store_WhereNobodyListens_Fails()
    {
        var finding = Assert.Single(await new StoreCheck($"127.0.0.1:{Repository.FreePort()},password=geheim", new()).RunAsync(Cancel));

        Assert.Equal(CheckState.Failed, finding.State);
        Assert.Contains("cannot be reached", finding.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", finding.Text, StringComparison.Ordinal);
    }

    private static async Task<RedisProcess> StartAsync(params string[] options)
    {
        var redis = new RedisProcess(RedisProcess.Redis) { More = _ => options };
        try
        {
            await redis.StartAsync(Cancel);
            return redis;
        }
        catch (MissingProgramException missing)
        {
            await redis.DisposeAsync();
            RedisServer.Missing(missing.Message);
            throw;
        }
    }
}

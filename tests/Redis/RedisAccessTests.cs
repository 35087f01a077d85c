using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Redis.Tests;

/// <summary>Password and TLS on the system's Redis.</summary>
public sealed class RedisAccessTests : IDisposable
{
    private readonly Encryption _encryption = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _encryption.Dispose();

    [Fact(Timeout = 600_000)]
    public async Task Connect_PasswordChangedInRedisAndInTheFile_IsReadAgainAtTheNextConnection()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await StartAsync();
        using var services = Services(_encryption.PasswordFile, _encryption.Files.Authorities);
        await using var redis = await ConnectAsync(services, server);
        await redis.GetDatabase().PingAsync();

        // As in operations.md: the file first, then the server, then the connections break.
        _encryption.WritePassword("another");
        await redis.GetServers()[0].ExecuteAsync("CONFIG", "SET", "requirepass", "another");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var before = redis.GetCounters().Interactive.SocketCount;
        await redis.GetServers()[0].ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")
            .ContinueWith(_ => { }, cancel, TaskContinuationOptions.None, TaskScheduler.Default);
        while (redis.GetCounters().Interactive.SocketCount == before || !redis.IsConnected)
        {
            await timer.WaitForNextTickAsync(cancel);
        }

        await redis.GetDatabase().PingAsync();
    }

    [Fact(Timeout = 600_000)]
    public async Task Connect_WrongPassword_IsSaid()
    {
        await using var server = await StartAsync();
        _encryption.WritePassword("guessed");
        using var services = Services(_encryption.PasswordFile, _encryption.Files.Authorities);

        var error = await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(services, server));

        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Contains("WRONGPASS", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed", error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Connect_AServerOfAForeignAuthority_IsRefused()
    {
        await using var server = await StartAsync();
        var authorities = _encryption.Files.Foreign.WriteRoot(_encryption.Files.Path("foreign.crt"));
        using var services = Services(_encryption.PasswordFile, authorities);

        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectAsync(services, server));
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    [Fact]
    public void Configure_APasswordInTheConnectionString_GoesFirst()
    {
        using var services = Services(_encryption.PasswordFile, "");
        var access = services.GetRequiredService<RedisAccess>();

        Assert.Equal("own", access.Configure("redis:6379,password=own").Password);
        Assert.Equal(_encryption.Password, access.Configure("redis:6379").Password);
        Assert.False(access.Configure("redis:6379").Ssl);
    }

    [Fact]
    public void Configure_Authorities_MeanTls()
    {
        using var services = Services("", _encryption.Files.Authorities);

        Assert.True(services.GetRequiredService<RedisAccess>().Configure("redis:6379").Ssl);
    }

    [Fact]
    public void Start_FilesThatCannotBeRead_AreNamed()
    {
        using var password = Services("/nowhere/password", "");
        using var authorities = Services("", "/nowhere/ca.crt");

        var first = Assert.Throws<OptionsValidationException>(password.GetRequiredService<RedisAccess>);
        var second = Assert.Throws<CertificateFilesException>(authorities.GetRequiredService<RedisAccess>);

        Assert.StartsWith(
            "Segmentation:Redis:PasswordFile is '/nowhere/password'", Assert.Single(first.Failures), StringComparison.Ordinal);
        Assert.Contains("/nowhere/ca.crt", second.Message, StringComparison.Ordinal);
    }

    private static Task<ConnectionMultiplexer> ConnectAsync(ServiceProvider services, RedisProcess server)
    {
        var configuration = services.GetRequiredService<RedisAccess>().Configure(server.ConnectionString);
        (configuration.AllowAdmin, configuration.ConnectTimeout) = (true, 2000);
        (configuration.ConnectRetry, configuration.HeartbeatInterval) = (1, TimeSpan.FromMilliseconds(100));
        configuration.ReconnectRetryPolicy = new LinearRetry(100);
        return ConnectionMultiplexer.ConnectAsync(configuration);
    }

    private static ServiceProvider Services(string passwordFile, string authoritiesFile) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Segmentation:Redis:PasswordFile"] = passwordFile,
                ["Segmentation:Redis:AuthoritiesFile"] = authoritiesFile,
            })
            .Build())
        .AddRedisAccess()
        .BuildServiceProvider();

    private async Task<RedisProcess> StartAsync()
    {
        var server = _encryption.Redis();
        try
        {
            await server.StartAsync(Cancel);
        }
        catch (MissingProgramException missing)
        {
            RedisServer.Missing(missing.Message);
        }

        return server;
    }
}

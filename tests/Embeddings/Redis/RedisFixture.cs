using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Segmentation.Embeddings.Hosting;
using Segmentation.Embeddings.Redis;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Tests.Redis;

/// <summary>A host with embeddings in a Redis of its own, and a connection past it.</summary>
internal sealed class RedisFixture : IAsyncDisposable
{
    private readonly IHost _host;

    private RedisFixture(RedisProcess server, IHost host) => (Server, _host) = (server, host);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public RedisProcess Server { get; }

    public IEmbeddingStore Store => _host.Services.GetRequiredService<IEmbeddingStore>();

    public IMeterFactory Meters => _host.Services.GetRequiredService<IMeterFactory>();

    public RedisConnections Connections => _host.Services.GetRequiredService<RedisConnections>();

    public static async Task<RedisFixture> StartAsync(string program)
    {
        var server = await RedisServer.StartAsync(program, Cancel);

        // A server that is there answers, however busy the machine is: the timeout is no part of what is tested.
        var host = CreateHost(("Redis:Cache", server.ConnectionString), ("Redis:Timeout", "00:00:10"));
        await host.StartAsync(Cancel);
        return new RedisFixture(server, host);
    }

    public static IHost CreateHost(params (string Name, string Value)[] options)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(options.Select(
            o => KeyValuePair.Create<string, string?>($"Segmentation:{o.Name}", o.Value)));
        builder.Services.AddEmbeddings(builder.Configuration);
        return builder.Build();
    }

    public static async Task<HealthStatus> HealthOf(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel))
            .Entries["embeddings"].Status;

    public Task<HealthStatus> Health() => HealthOf(_host);

    /// <summary>A connection past the store.</summary>
    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync(Server.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_host).DisposeAsync();
        await Server.DisposeAsync();
    }
}

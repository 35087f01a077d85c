using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Tests.Fakes;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>A gateway with API keys whose clock the test moves.</summary>
internal sealed class WatchedGateway : IAsyncDisposable
{
    private readonly KeyRingFile _keys = new();
    private GatewayHost? _host;

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public KeyRingFile Keys => _keys;

    public GatewayHost Host => _host!;

    /// <summary>Calls that the gateway watches now.</summary>
    public int Watched => Host.App.Services.GetRequiredService<OpenCalls>().Count;

    public async Task<WatchedGateway> StartAsync(params (string Key, string Value)[] options)
    {
        _host = await GatewayHost.StartAsync(
            services => services.AddSingleton<TimeProvider>(Clock), [_keys.Option, .. options]);
        return this;
    }

    public static Metadata With(string key) => new() { { "authorization", $"Bearer {key}" } };

    /// <summary>Audit lines of an act.</summary>
    public List<string> Audited(string action) =>
    [
        .. Host.Logs.Lines
            .Select(line => line.Text)
            .Where(text => text.StartsWith($"audit {action} ", StringComparison.Ordinal)),
    ];

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _keys.Dispose();
    }
}

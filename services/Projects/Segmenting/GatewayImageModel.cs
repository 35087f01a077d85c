using System.Collections.Concurrent;
using Segmentation.Client;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Segmenting;

/// <summary>Asks the models through a gateway, over one connection for all tenants.</summary>
internal sealed class GatewayImageModel : IImageModel, IDisposable
{
    // A view holds no connection: all are dropped where somebody names more tenants than there can be at work.
    private const int MostTenants = 10_000;

    private readonly Lazy<SegmentationClient?> _client;
    private readonly ConcurrentDictionary<string, SegmentationClient> _tenants = new();

    /// <summary>Connects when it is first used.</summary>
    /// <param name="connection">Names the gateway; null: there is none.</param>
    public GatewayImageModel(Func<GatewayConnection?> connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        // A connection that cannot be named yet is asked for again, and its failure not kept.
        _client = new Lazy<SegmentationClient?>(
            () => connection() is { } gateway
                ? new SegmentationClient(gateway.Address, new SegmentationClientOptions
                {
                    CredentialProvider = gateway.Credential,
                    Authorities = gateway.Authorities,
                    Handler = gateway.Handler,
                })
                : null,
            LazyThreadSafetyMode.PublicationOnly);
    }

    /// <inheritdoc/>
    public bool IsAvailable => _client.Value is not null;

    /// <inheritdoc/>
    public IAsyncEnumerable<SegmentEverythingResponse> EverythingAsync(
        string tenant,
        ReadOnlyMemory<byte> file,
        EverythingOptions options,
        string model,
        CancellationToken cancellationToken) =>
        For(tenant).SegmentEverythingAsync(file, options, provisional: false, model, cancellationToken);

    /// <inheritdoc/>
    public Task EmbedAsync(
        string tenant, ReadOnlyMemory<byte> file, string model, CancellationToken cancellationToken) =>
        For(tenant).UploadAsync(file, model, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value?.Dispose();
        }
    }

    private SegmentationClient For(string tenant)
    {
        var client = _client.Value ?? throw ProjectProblem.Of(
            StatusCode.FailedPrecondition,
            "NO_GATEWAY",
            $"This server asks no models: the operator sets {GatewayOptions.Section}:"
                + $"{nameof(GatewayOptions.Address)}.");
        if (_tenants.Count >= MostTenants)
        {
            _tenants.Clear();
        }

        return _tenants.GetOrAdd(tenant, static (name, shared) => shared.ForTenant(name), client);
    }
}

using Grpc.Net.Client;
using Segmentation.Tests.Shared;

namespace Segmentation.Security.Tests;

/// <summary>A running system that knows <see cref="TenantKeys"/>: what a stranger on the network sees of it.</summary>
public abstract class SecuredServer : IAsyncLifetime
{
    private TenantKeys? _keys;
    private string? _missing;

    internal TenantKeys Keys
    {
        get
        {
            if (_missing is not null)
            {
                RedisServer.Missing(_missing);
            }

            return _keys!;
        }
    }

    /// <summary>The gateway's gRPC port.</summary>
    internal abstract Uri Grpc { get; }

    /// <summary>The gateway's HTTP/1.1 port.</summary>
    internal abstract Uri Http { get; }

    /// <summary>Everything that its programs print.</summary>
    internal CollectedLog Log { get; } = new();

    /// <summary>Pages of metrics of all its programs.</summary>
    internal abstract Task<string> MetricsAsync(CancellationToken cancellationToken);

    /// <summary>A channel of a key's holder; without a key that of a stranger.</summary>
    internal GrpcChannel Channel(string? key)
    {
        var client = Client(key);
        return GrpcChannel.ForAddress(Grpc, new GrpcChannelOptions
        {
            HttpClient = client, DisposeHttpClient = true, MaxReceiveMessageSize = null, MaxSendMessageSize = null,
        });
    }

    /// <summary>A client of the HTTP/1.1 port for a key's holder, from an address of its own.</summary>
    internal HttpClient Client(string? key)
    {
        var from = RawConnection.NextAddress();
        var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) => await RawConnection.ConnectAsync(
                context.InitialRequestMessage.RequestUri!, from, cancellationToken),
        })
        { BaseAddress = Http };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("x-api-key", key);
        }

        return client;
    }

    public async ValueTask InitializeAsync()
    {
        _keys = await TenantKeys.CreateAsync(CancellationToken.None);
        try
        {
            await StartAsync(_keys, CancellationToken.None);
        }
        catch (MissingProgramException missing)
        {
            // A fixture cannot skip: the tests do.
            _missing = missing.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _keys?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal abstract Task StartAsync(TenantKeys keys, CancellationToken cancellationToken);

    internal abstract ValueTask StopAsync();
}

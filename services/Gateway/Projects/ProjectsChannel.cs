using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Segmentation.Common.Tls;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Connections to the processes that serve projects, by HTTP/2 and the cluster's mutual TLS. There are a few, each to
/// another process as long as there are enough: requests take them in turn. One that breaks is opened again, to
/// whichever process answers.
/// </summary>
internal sealed class ProjectsChannel : IDisposable
{
    private const int Lanes = 4;

    /// <summary>Time after which a connection gets no new requests, so that processes that were added get some.</summary>
    private static readonly TimeSpan _connectionLife = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _connectTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpMessageInvoker[] _lanes;
    private readonly IReadOnlyList<Uri> _addresses;
    private int _next = Random.Shared.Next(Lanes);

    public ProjectsChannel(IOptions<ForwardedProjectsOptions> options, ClusterTls tls)
    {
        _addresses = options.Value.Addresses() ?? [];
        Prefix = tls.IsOn ? "https://projects" : "http://projects";
        _lanes = [.. Enumerable.Range(Random.Shared.Next(Lanes), Lanes).Select(first => Lane(tls, first))];
    }

    /// <summary>True when an address is named.</summary>
    public bool IsNamed => _addresses.Count > 0;

    /// <summary>What stands before a request's path.</summary>
    public string Prefix { get; }

    /// <summary>The connection for one request.</summary>
    public HttpMessageInvoker Next() => _lanes[(uint)Interlocked.Increment(ref _next) % Lanes];

    public void Dispose()
    {
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private static async ValueTask<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timer.CancelAfter(_connectTimeout);
            await socket.ConnectAsync(address, timer.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private HttpMessageInvoker Lane(ClusterTls tls, int first)
    {
        var handler = tls.Handler();
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.PooledConnectionLifetime = _connectionLife;
        handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(first, cancellationToken);
        return new HttpMessageInvoker(handler);
    }

    private async ValueTask<Stream> ConnectAsync(int first, CancellationToken cancellationToken)
    {
        var (all, failure) = await FindAsync(cancellationToken);
        for (var i = 0; i < all.Count; i++)
        {
            try
            {
                return await ConnectAsync(all[(first + i) % all.Count], cancellationToken);
            }
            catch (Exception exception) when (
                exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                failure = exception;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>Every address behind every name.</summary>
    private async Task<(List<IPEndPoint> All, Exception? Failure)> FindAsync(CancellationToken cancellationToken)
    {
        var all = new List<IPEndPoint>();
        Exception? failure = null;
        foreach (var address in _addresses)
        {
            try
            {
                var found = await Dns.GetHostAddressesAsync(address.IdnHost, cancellationToken);
                all.AddRange(found.OrderBy(ip => $"{ip}", StringComparer.Ordinal)
                    .Select(ip => new IPEndPoint(ip, address.Port)));
            }
            catch (SocketException exception)
            {
                failure = exception;
            }
        }

        return (all, failure);
    }
}

using System.Net;
using System.Runtime.CompilerServices;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace Segmentation.Client.Projects;

/// <summary>
/// Connections of a <see cref="ProjectsClient"/>: gRPC, and HTTP on the same port for files. Calls that are safe to
/// repeat are repeated after lost connections.
/// </summary>
internal sealed class ProjectsConnection : IDisposable
{
    // Attempts in a row with credentials that the server does not accept: a provider may be a little late.
    private const int MaxRefusals = 3;

    private readonly SegmentationClientOptions _options;
    private readonly ClientCredential _credential;
    private readonly HttpClient _http;

    public ProjectsConnection(Uri server, SegmentationClientOptions options)
    {
        _options = options;
        _credential = new ClientCredential(options);
        Channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            // A page of annotations is larger than the default of 4 MB.
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            HttpHandler = options.Handler?.Invoke() ?? PrivateAuthorities.HandlerOf(options.Authorities),
            DisposeHttpClient = true,

            // Otherwise no call over http would carry its credential, and nothing would say so.
            UnsafeUseInsecureChannelCallCredentials = true,
            InitialReconnectBackoff = options.FirstPause,
            MaxReconnectBackoff = options.MaxPause,
        });
        _http = new HttpClient(options.Handler?.Invoke() ?? FileHandler(options))
        {
            BaseAddress = server,

            // A file takes as long as it takes; the caller's token gives up.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The gRPC channel.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Calls, again after lost connections: the request must be one that may arrive twice.</summary>
    public Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken) =>
        RepeatAsync(
            async () =>
            {
                using var sent = call(Options(cancellationToken));
                return await sent.ResponseAsync.ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Tries until the server answers, an answer says that repeating does not help, or patience ends.</summary>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken)
    {
        var patience = new Patience();
        while (true)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (RpcException lost) when (PauseAfter(lost, patience, cancellationToken) is { } pause)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Reads a stream to its end, and opens it again after lost connections. The messages before are not sent again
    /// where <paramref name="open"/> asks for those after the last.
    /// </summary>
    /// <param name="open">Opens the stream.</param>
    /// <param name="isEndless">
    /// True for a stream that ends only because its server does: another server goes on with the stream.
    /// </param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        Func<CallOptions, AsyncServerStreamingCall<T>> open,
        bool isEndless,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var patience = new Patience();
        while (true)
        {
            using var call = open(Options(cancellationToken));
            TimeSpan? pause = null;
            while (true)
            {
                try
                {
                    if (!await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
                    {
                        pause = isEndless ? _options.FirstPause : null;
                        break;
                    }
                }
                catch (RpcException lost) when ((pause = PauseAfter(lost, patience, cancellationToken)) is not null)
                {
                    break;
                }

                patience.Reset();
                yield return call.ResponseStream.Current;
            }

            if (pause is not { } time)
            {
                yield break;
            }

            await Task.Delay(time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The options of one call.</summary>
    public CallOptions Options(CancellationToken cancellationToken) => _credential.Options(cancellationToken);

    /// <summary>Sends an HTTP request. An answer without success is an <see cref="RpcException"/> like gRPC's.</summary>
    /// <param name="make">Makes the request with a path relative to the server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var request = make();

        // The gRPC port speaks only HTTP/2.
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        await _credential.AddToAsync(request, cancellationToken).ConfigureAwait(false);
        var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Method == HttpMethod.Get
            && response is { StatusCode: HttpStatusCode.Redirect, Headers.Location: { IsAbsoluteUri: true } store })
        {
            // The object store gives the file. The store gets no credential, and need not speak HTTP/2.
            response.Dispose();
            using var elsewhere = new HttpRequestMessage(HttpMethod.Get, store);
            (elsewhere.Headers.Range, elsewhere.Headers.IfRange) = (request.Headers.Range, request.Headers.IfRange);
            response = await SendAsync(elsewhere, cancellationToken).ConfigureAwait(false);
        }

        return response.IsSuccessStatusCode
            ? response
            : throw await HttpFailure.ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        Channel.Dispose();
        _http.Dispose();
    }

    private static SocketsHttpHandler FileHandler(SegmentationClientOptions options)
    {
        var handler = PrivateAuthorities.HandlerOf(options.Authorities)
            ?? new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        handler.AllowAutoRedirect = false;
        return handler;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, lost.Message, lost));
        }
    }

    /// <summary>Time to wait before another attempt; null: another attempt would not help.</summary>
    private TimeSpan? PauseAfter(RpcException lost, Patience patience, CancellationToken cancellationToken)
    {
        var isOver = cancellationToken.IsCancellationRequested
            || patience.Failures >= _options.MaxReconnects
            || !(lost.StatusCode switch
            {
                StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Cancelled => true,

                // Without details the transport failed; with them the server did, and would again.
                StatusCode.Internal => lost.GetRpcStatus() is null,
                StatusCode.Unauthenticated => _credential.CanRenew && ++patience.Refusals <= MaxRefusals,
                _ => false,
            });
        if (isOver)
        {
            return null;
        }

        var pause = _options.FirstPause * Math.Pow(2, Math.Min(patience.Failures++, 10));
        pause = pause < _options.MaxPause ? pause : _options.MaxPause;
        var told = lost.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan() ?? TimeSpan.Zero;
        return told > pause ? told : pause;
    }

    /// <summary>Failures in a row.</summary>
    private sealed class Patience
    {
        public int Failures { get; set; }

        public int Refusals { get; set; }

        public void Reset() => (Failures, Refusals) = (0, 0);
    }
}

using System.Net;
using System.Net.WebSockets;
using Segmentation.Tests.Shared;

namespace Segmentation.Security.Tests;

/// <summary>Calls endpoints with headers alone: the answer must come before any byte of a body.</summary>
internal static class Asking
{
    /// <summary>Calls an endpoint from an address that nobody has used.</summary>
    /// <returns>The answer; null where none came in time: the endpoint waits for the body, or for longer.</returns>
    public static async Task<EndpointAnswer?> AskAsync(
        SecuredServer server,
        Endpoint endpoint,
        IReadOnlyList<(string Name, string Value)> headers,
        CancellationToken cancellationToken,
        IPAddress? from = null,
        TimeSpan? wait = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(wait ?? Patience.Longest);
        try
        {
            from ??= RawConnection.NextAddress();
            return await (endpoint.Way switch
            {
                Way.Grpc or Way.GrpcWebOverHttp2 or Way.RestOverHttp2 => ByHttp2Async(server, endpoint, headers, from, patience.Token),
                Way.WebSocketOverHttp2 => ByWebSocketAsync(server, endpoint, headers, from, patience.Token),
                _ => ByHttp1Async(server, endpoint, headers, from, patience.Token),
            });
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static HttpMessageInvoker Invoker(IPAddress from) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
            await RawConnection.ConnectAsync(context.InitialRequestMessage.RequestUri!, from, cancellationToken),
    });

    private static async Task<EndpointAnswer> ByHttp2Async(
        SecuredServer server,
        Endpoint endpoint,
        IReadOnlyList<(string Name, string Value)> headers,
        IPAddress from,
        CancellationToken cancellationToken)
    {
        using var invoker = Invoker(from);
        using var request = new HttpRequestMessage(new(endpoint.Method), new Uri(server.Grpc, endpoint.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = endpoint.HasBody ? new WithheldBody(endpoint.ContentType) : null,
        };
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await invoker.SendAsync(request, cancellationToken);
        string? Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
        return endpoint.IsGrpc
            ? EndpointAnswer.OfGrpc((int)answer.StatusCode, Header)
            : EndpointAnswer.OfRest(
                (int)answer.StatusCode,
                Header("WWW-Authenticate"),
                await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    private static async Task<EndpointAnswer> ByHttp1Async(
        SecuredServer server,
        Endpoint endpoint,
        IReadOnlyList<(string Name, string Value)> headers,
        IPAddress from,
        CancellationToken cancellationToken)
    {
        // A server that means to read the body answers '100 Continue' first.
        List<string> lines =
        [
            $"{endpoint.Method} {endpoint.Path} HTTP/1.1",
            $"Host: {server.Http.Authority}",
            .. headers.Select(header => $"{header.Name}: {header.Value}"),
            .. endpoint.HasBody
                ? [$"Content-Type: {endpoint.ContentType}", "Content-Length: 1000000", "Expect: 100-continue"]
                : Array.Empty<string>(),
            .. endpoint.Way == Way.WebSocket
                ? ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
                : Array.Empty<string>(),
        ];
        var answer = await RawConnection.AskAsync(server.Http, string.Join("\r\n", lines), cancellationToken, from);
        return endpoint.IsGrpc
            ? EndpointAnswer.OfGrpc(answer.Status, answer.Header)
            : EndpointAnswer.OfRest(answer.Status, answer.Header("www-authenticate"), answer.Body);
    }

    private static async Task<EndpointAnswer> ByWebSocketAsync(
        SecuredServer server,
        Endpoint endpoint,
        IReadOnlyList<(string Name, string Value)> headers,
        IPAddress from,
        CancellationToken cancellationToken)
    {
        using var invoker = Invoker(from);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        try
        {
            var address = new UriBuilder(new Uri(server.Grpc, endpoint.Path)) { Scheme = "ws" }.Uri;
            await socket.ConnectAsync(address, invoker, cancellationToken);
            return new((int)HttpStatusCode.SwitchingProtocols, null, "", "", null);
        }
        catch (WebSocketException)
        {
            // A failed upgrade's body is not given to the client: the reason is not known here.
            var authenticate = socket.HttpResponseHeaders?.GetValueOrDefault("WWW-Authenticate")?.FirstOrDefault();
            return new((int)socket.HttpStatusCode, null, "", "", authenticate);
        }
    }
}

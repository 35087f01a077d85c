using System.Net;
using Segmentation.Identity.Keys;

namespace Segmentation.LoadTests.Load;

/// <summary>
/// Callers without a right credential, as fast as they are refused: by gRPC, gRPC-Web and REST, with no key, an unknown
/// key, a mistyped one, and another kind of credential.
/// </summary>
/// <param name="grpc">The port of gRPC.</param>
/// <param name="http">The port of HTTP/1.1.</param>
internal sealed class Strangers(Uri grpc, Uri http) : IDisposable
{
    private const int AtOnce = 16;
    private const string Call = "/segmentation.v1.SegmentationService/Segment";

    private static readonly string?[] _credentials =
        [null, $"Bearer {ApiKey.Create().Text}", $"Bearer {ApiKey.Prefix}mistyped", "Basic YTpi"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private int _served;
    private int _cut;

    /// <summary>Calls that were answered with something else than a refusal.</summary>
    public int Served => _served;

    /// <summary>Calls whose stream the server cut, because too many of its connection were going on sending.</summary>
    public int Cut => _cut;

    /// <summary>Makes so many calls.</summary>
    public Task CallAsync(int calls, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, calls),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (n, token) =>
        {
            try
            {
                using var request = Request(n);
                using var answer = await _client.SendAsync(request, token);
                if (!IsRefusal(answer))
                {
                    Interlocked.Increment(ref _served);
                }
            }
            catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.HttpProtocolError)
            {
                Interlocked.Increment(ref _cut);
            }
        });

    public void Dispose() => _client.Dispose();

    private static bool IsRefusal(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests
        || (answer.Headers.TryGetValues("grpc-status", out var codes) && codes.Single() is "16" or "8");

    private HttpRequestMessage Request(int n)
    {
        var (isHttp2, isRest) = (n % 4 > 1, n % 2 == 0);
        var request = new HttpRequestMessage(
            isRest ? HttpMethod.Get : HttpMethod.Post, new Uri(isHttp2 ? grpc : http, isRest ? "/v1/model" : Call))
        {
            Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (!isRest)
        {
            request.Content = new ByteArrayContent(new byte[100]);
            request.Content.Headers.ContentType = new(isHttp2 ? "application/grpc" : "application/grpc-web+proto");
        }

        if (_credentials[n / 4 % _credentials.Length] is { } credential)
        {
            request.Headers.Add("Authorization", credential);
        }

        return request;
    }
}

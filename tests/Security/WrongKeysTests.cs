using System.Globalization;
using System.Net;

namespace Segmentation.Security.Tests;

/// <summary>Floods of strangers, who must cost little and shut nobody out.</summary>
public sealed class WrongKeysTests(SecuredStandalone server) : IClassFixture<SecuredStandalone>
{
    private const int Burst = 20;

    private static readonly Endpoint _model = new(Way.Rest, "GET", "/v1/model");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A page without a key, behind an address that others share, must be told to sign in and not to wait.</summary>
    [Fact]
    public async Task Requests_WithoutACredential_AreToldSoHoweverMany()
    {
        var address = RawConnection.NextAddress();
        for (var i = 0; i < 3 * Burst; i++)
        {
            var answer = await Asking.AskAsync(server, _model, [], Cancel, address);

            Assert.Equal((401, "CREDENTIAL_MISSING"), (answer!.Http, answer.Reason));
        }

        var wrong = await Asking.AskAsync(server, _model, [("x-api-key", server.Keys.Unknown)], Cancel, address);

        Assert.Equal("API_KEY_UNKNOWN", wrong!.Reason);
    }

    /// <summary>Whoever fills a disk with refusals hides what else was done.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("seg_wrong")]
    public async Task Refusals_OfOneAddress_AreNotAllWrittenToTheAuditLog(string? key)
    {
        var address = RawConnection.NextAddress();
        (string, string)[] headers = key is null ? [] : [("x-api-key", key)];
        for (var i = 0; i < 5 * Burst; i++)
        {
            await Asking.AskAsync(server, _model, headers, Cancel, address);
        }

        var last = RawConnection.NextAddress();
        await Asking.AskAsync(server, _model, [], Cancel, last);
        await server.Log.FindAsync(line => line.Contains($"from {last},", StringComparison.Ordinal), Cancel);
        var written = server.Log.Lines.Count(line => line.Contains($"from {address},", StringComparison.Ordinal));
        Assert.InRange(written, 1, 2 * Burst);
    }

    [Fact]
    public async Task RightKey_FromAnAddressOfManyWrongOnes_IsStillTaken()
    {
        var address = RawConnection.NextAddress();
        for (var i = 0; i < 2 * Burst; i++)
        {
            await Asking.AskAsync(server, _model, [("x-api-key", server.Keys.Unknown)], Cancel, address);
        }

        var wrong = await Asking.AskAsync(server, _model, [("x-api-key", server.Keys.Unknown)], Cancel, address);
        var right = await Asking.AskAsync(server, _model, [("x-api-key", server.Keys.OfAnna)], Cancel, address);

        Assert.Equal((429, 200), (wrong!.Http, right!.Http));
    }

    /// <summary>The load test <c>refused</c> does the same with 100,000 calls.</summary>
    [Fact]
    public async Task Memory_OverManyRefusedCalls_StaysFlat()
    {
        await RefusedAsync(8_000);
        var before = Megabytes();

        await RefusedAsync(24_000);

        Assert.InRange(Megabytes() - before, double.MinValue, 40);
    }

    private double Megabytes() => double.Parse(
        File.ReadLines($"/proc/{server.Id}/status")
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    private async Task RefusedAsync(int calls)
    {
        using var client = server.Client(null);
        var cut = 0;
        string?[] keys = [null, server.Keys.Unknown, server.Keys.Expired, "garbage"];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, calls),
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel },
            async (n, cancellationToken) =>
            {
                // A quarter each over REST, gRPC-Web, gRPC and REST over HTTP/2.
                var isHttp2 = n % 4 > 1;
                var path = n % 2 == 0 ? "/v1/model" : "/segmentation.v1.SegmentationService/Segment";
                using var request = new HttpRequestMessage(
                    n % 2 == 0 ? HttpMethod.Get : HttpMethod.Post, new Uri(isHttp2 ? server.Grpc : server.Http, path))
                {
                    Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                if (n % 2 == 1)
                {
                    request.Content = new ByteArrayContent(new byte[100]);
                    request.Content.Headers.ContentType = new(isHttp2 ? "application/grpc" : "application/grpc-web+proto");
                }

                if (keys[n / 4 % keys.Length] is { } key)
                {
                    request.Headers.Add("x-api-key", key);
                }

                using var answer = await SendAsync(client, request, cancellationToken);
                if (answer is null)
                {
                    Interlocked.Increment(ref cut);
                    return;
                }

                var isRefused = n % 2 == 0
                    ? answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests
                    : answer.Headers.GetValues("grpc-status").Single() is "16" or "8";
                Assert.True(isRefused, $"{path}: {answer.StatusCode}");
            });
        Assert.True(cut < calls / 20, $"{cut} of {calls} calls had no answer.");
    }

    /// <summary>
    /// The answer; null where the server ended a connection whose client went on sending the bodies of refused calls.
    /// </summary>
    private static async Task<HttpResponseMessage?> SendAsync(
        HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error) when (
            error.HttpRequestError == HttpRequestError.HttpProtocolError || error.InnerException is IOException)
        {
            return null;
        }
    }
}

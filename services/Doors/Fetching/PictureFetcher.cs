using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;
using Segmentation.Common.Caching;

namespace Segmentation.Doors.Fetching;

/// <summary>
/// Fetches pictures from hosts that the operator allows. Redirects are followed on the same host, or to another allowed
/// one where a request says so, never from https to http; credentials go to one origin; size, time, fetches at a time and
/// bytes in use are bounded. Whoever wants the same at the same time shares one fetch. The content's type is not looked
/// at: the decoder of pictures decides.
/// </summary>
internal sealed class PictureFetcher : IDisposable
{
    private const int PieceBytes = 64 * 1024;

    private readonly SingleFlight<(string Tenant, FetchRequest Request), byte[]> _flights = new();
    private readonly FetchPolicy _policy;
    private readonly FetchingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly FetchSlots _slots;
    private readonly ByteBudget _bytes;
    private readonly HttpMessageInvoker _client;

    public PictureFetcher(
        FetchPolicy policy,
        PinnedConnections connections,
        IOptions<FetchingOptions> options,
        TimeProvider clock,
        ILogger<PictureFetcher> logger)
    {
        (_policy, _options, _clock, _logger) = (policy, options.Value, clock, logger);
        _slots = new FetchSlots(_options.MaxFetches, _options.MaxFetchesPerTenant);
        _bytes = new ByteBudget(_options.MaxBytesInFlight);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PreAuthenticate = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = connections.ConnectAsync,
        });
    }

    /// <summary>Fetches a file; dispose of it.</summary>
    /// <param name="tenant">Tenant that it is charged to.</param>
    /// <param name="request">What to fetch.</param>
    /// <param name="maxBytes">Bytes that it may have, also bounded by the options.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="RpcException">An error of <see cref="FetchProblems"/>.</exception>
    public async Task<FetchedFile> FetchAsync(
        string tenant, FetchRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (!_policy.IsOpen)
        {
            throw FetchProblems.Closed();
        }

        if (!_policy.Allows(request.Address))
        {
            throw FetchProblems.NotAllowed(request.Address);
        }

        var limit = Math.Min(maxBytes, _options.MaxBytes);
        var file = request.Json is null
            ? await _flights.RunAsync((tenant, request), token => FlyAsync(tenant, request, limit, token), cancellationToken)
            : await FlyAsync(tenant, request, limit, cancellationToken);
        var lease = _bytes.Open(tenant, tenant);
        return lease.TryGrow(file.Length) ? new FetchedFile(file, lease) : throw FetchProblems.Busy();
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private async Task<byte[]> FlyAsync(
        string tenant, FetchRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using var slot = _slots.TryTake(tenant) ?? throw FetchProblems.Busy();
        using var lease = _bytes.Open(tenant, tenant);
        using var deadline = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await FollowAsync(request, maxBytes, lease, either.Token);
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or SocketException or InvalidOperationException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            _logger.Failed(tenant, request.Address.Host, Cause(exception));
            throw FetchProblems.Failed(request.Address, _options.Timeout);
        }
    }

    private static string Cause(Exception exception) => exception is OperationCanceledException
        ? "the time was over"
        : (exception.InnerException ?? exception).Message;

    private async Task<byte[]> FollowAsync(
        FetchRequest request, int maxBytes, BudgetLease lease, CancellationToken cancellationToken)
    {
        var address = request.Address;
        var mayBeTold = true;
        for (var redirects = 0; ; redirects++)
        {
            // Whoever was led elsewhere comes back without credentials: what others chose is not asked for in one's name.
            mayBeTold &= FetchPolicy.IsSameOrigin(request.Address, address);
            using var message = Message(request, address, mayBeTold);
            using var response = await _client.SendAsync(message, cancellationToken);
            var status = (int)response.StatusCode;
            if (status is >= 200 and < 300)
            {
                return await ReadAsync(address, response, maxBytes, lease, cancellationToken);
            }

            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found
                or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            {
                throw FetchProblems.Refused(address, status);
            }

            var next = redirects < _options.MaxRedirects ? Next(request, address, response) : null;
            address = next ?? throw FetchProblems.Redirected(address);
        }
    }

    private Uri? Next(FetchRequest request, Uri address, HttpResponseMessage response)
    {
        if (request.Json is not null || response.Headers.Location is not { } location)
        {
            return null;
        }

        return Uri.TryCreate(address, location, out var next)
            && (request.MayLeaveHost || FetchPolicy.IsSameHost(address, next))
            && FetchPolicy.KeepsSecret(address, next)
            && _policy.Allows(next)
                ? next
                : null;
    }

    private static HttpRequestMessage Message(FetchRequest request, Uri address, bool mayBeTold)
    {
        var message = new HttpRequestMessage(request.Json is null ? HttpMethod.Get : HttpMethod.Post, address);
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("segmentation", null));
        message.Headers.TryAddWithoutValidation("Accept", request.Json is null ? "image/*, */*;q=0.1" : "application/json");
        if (request.Json is { } json)
        {
            message.Content = new ByteArrayContent(json);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (mayBeTold && request.Authorization is { } authorization)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return message;
    }

    private static async Task<byte[]> ReadAsync(
        Uri address, HttpResponseMessage response, int maxBytes, BudgetLease lease, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
        {
            throw FetchProblems.TooLarge(address, maxBytes);
        }

        // Memory grows with what came, not with what was announced.
        using var file = new MemoryStream();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var piece = new byte[PieceBytes];
        while (await body.ReadAsync(piece, cancellationToken) is > 0 and var count)
        {
            if (file.Length + count > maxBytes)
            {
                throw FetchProblems.TooLarge(address, maxBytes);
            }

            if (!lease.TryGrow(count))
            {
                throw FetchProblems.Busy();
            }

            file.Write(piece, 0, count);
        }

        return file.ToArray();
    }
}

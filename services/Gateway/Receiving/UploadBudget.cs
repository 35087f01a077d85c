using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Bytes of requests that may be in this process at once, over all calls. Small messages have a budget of their own, so
/// that uploads never stand in the way of a click.
/// </summary>
internal sealed class UploadBudget
{
    /// <summary>Bytes of the largest message that counts as small: a prompt with a mask's logits.</summary>
    public const int SmallBytes = 512 * 1024;

    /// <summary>Small messages have this part of <see cref="UploadOptions.MaxBytesInFlight"/>, on top.</summary>
    private const int SmallShare = 8;

    private const long LeastForSmall = 16L * 1024 * 1024;

    private readonly UploadOptions _options;
    private readonly ByteBudget _large;
    private readonly ByteBudget _small;

    /// <param name="options">The limits.</param>
    /// <param name="tenants">Counts the bytes of each tenant, those of answers included; null: nobody asks for them.</param>
    public UploadBudget(IOptions<UploadOptions> options, TenantBytes? tenants = null)
    {
        _options = options.Value;
        _large = new ByteBudget(_options.MaxBytesInFlight, tenants);
        _small = new ByteBudget(Math.Max(_options.MaxBytesInFlight / SmallShare, LeastForSmall), tenants);
    }

    /// <summary>Largest single image in bytes.</summary>
    public int MaxImageBytes => _options.MaxImageBytes;

    /// <summary>Bytes held now.</summary>
    public long Held => _large.Held + _small.Held;

    /// <summary>Opens a reservation of no bytes.</summary>
    /// <param name="tenant">The tenant that is charged.</param>
    /// <param name="connection">
    /// The connection. Not the address: all clients behind a proxy have the proxy's.
    /// </param>
    /// <param name="request">The request, where one has several reservations.</param>
    public UploadReservation Open(string tenant, string connection, object? request = null) =>
        new(_small, _large, tenant, connection, request);

    /// <summary>The answer to bytes that found no room.</summary>
    public RpcStatus Exhausted() => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "UPLOADS_IN_FLIGHT",
        $"Other requests hold so much of the {_options.MaxBytesInFlight} bytes for uploads, or this tenant of its own bytes in "
            + "flight, that this one has no share left. Try again after the delay in RetryInfo.",
        _options.RetryAfter);

    /// <summary>The answer to an image over the size limit.</summary>
    public RpcStatus TooLarge(string field, long bytes) => Problem.Invalid(
        field, $"{bytes} bytes are over the limit of {MaxImageBytes} bytes an image.", "IMAGE_TOO_LARGE");
}

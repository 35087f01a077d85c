using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Segmentation.Gateway.Web;

/// <summary>Decides which pages may use this server: its own, and those of <see cref="CrossOriginOptions"/>.</summary>
internal sealed class CrossOrigins(IOptions<CrossOriginOptions> options) : IConfigureOptions<CorsOptions>
{
    /// <summary>Every origin.</summary>
    public const string Any = "*";

    // What a page needs of an answer besides its body.
    private static readonly string[] _exposed =
        ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding", "etag", "retry-after", "ratelimit", "ratelimit-policy"];

    private readonly string[] _origins = options.Value.List();

    /// <summary>True when pages of other origins may use this server at all.</summary>
    public bool Enabled => _origins.Length > 0;

    /// <summary>True when pages of every origin may.</summary>
    public bool AllowAll => _origins.Contains(Any);

    public void Configure(CorsOptions options) => options.AddDefaultPolicy(policy => policy
        .WithOrigins(_origins)
        .AllowAnyMethod()
        .AllowAnyHeader()
        .WithExposedHeaders(_exposed)
        .SetPreflightMaxAge(TimeSpan.FromHours(1)));

    /// <summary>
    /// True when a request that browsers do not check themselves may be answered: it comes from no page, from a page of
    /// the host that it was sent to, or from one of the origins.
    /// </summary>
    public bool Allow(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || AllowAll
            || _origins.Contains(origin, StringComparer.Ordinal)
            || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
                && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}

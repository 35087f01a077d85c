using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Reads the tenant of a call, whose images alone the call may see. The name comes from request metadata and is
/// believed: an authenticating proxy in front of the gateway must set the header, and must remove one that a client
/// sends. Without a proxy everybody is <see cref="Default"/>.
/// </summary>
internal static class Tenant
{
    /// <summary>Metadata key that carries the tenant.</summary>
    public const string Header = "x-segmentation-tenant";

    /// <summary>Tenant of calls that carry no name.</summary>
    public const string Default = "default";

    /// <summary>The tenant of a call.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the name has another form, or there are two.</exception>
    public static string Of(ServerCallContext context)
    {
        // Of the request itself: the call's metadata would first be made of all its headers.
        var names = context.GetHttpContext().Request.Headers[Header];
        return Of([.. names], $"metadata[{Header}]");
    }

    /// <summary>The tenant of a request that is no call.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the name has another form, or there are two.</exception>
    public static string Of(HttpRequest request) => Of([.. request.Headers[Header]], $"header {Header}");

    /// <summary>True when <see cref="Of(HttpRequest)"/> finds a tenant.</summary>
    public static bool IsValid(HttpRequest request) => IsValid([.. request.Headers[Header]]);

    private static bool IsValid(string?[] names) => names is [] || (names is [{ } name] && EmbeddingKey.IsTenant(name));

    private static string Of(string?[] names, string field) => IsValid(names)
        ? names.SingleOrDefault() ?? Default
        : throw Problem
            .Invalid(field, "Must be given once, as 1 to 63 of a-z, 0-9 and '-'.", "INVALID_TENANT")
            .ToRpcException();
}

using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Whose images a call may see. The name comes from request metadata and is believed: an authenticating proxy in
/// front of the gateway must set it, and must remove what clients send under this name. Without a proxy everybody is
/// <see cref="Default"/>.
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
        string? tenant = null;
        foreach (var entry in context.RequestHeaders)
        {
            if (entry.Key != Header)
            {
                continue;
            }

            if (tenant is not null || !EmbeddingKey.IsTenant(entry.Value))
            {
                throw Problem
                    .Invalid(
                        $"metadata[{Header}]", "Must be given once, as 1 to 63 of a-z, 0-9 and '-'.", "INVALID_TENANT")
                    .ToRpcException();
            }

            tenant = entry.Value;
        }

        return tenant ?? Default;
    }
}

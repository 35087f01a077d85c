using System.Security.Cryptography.X509Certificates;

namespace Segmentation.Projects.Segmenting;

/// <summary>A gateway that projects ask for embeddings and masks.</summary>
/// <param name="Address">Address of its gRPC port.</param>
/// <param name="Credential">
/// Gives an API key with the scopes <c>upload</c>, <c>segment</c>, <c>everything</c> and <c>impersonate</c>; null for a
/// gateway that takes callers without one, where every project must then be of that caller's tenant.
/// </param>
/// <param name="Authorities">Roots that sign the gateway's certificate; null: those of the system.</param>
/// <param name="Handler">Makes what sends the requests, for a gateway in the same process; null: the network.</param>
public sealed record GatewayConnection(
    Uri Address,
    Func<CancellationToken, ValueTask<string>>? Credential = null,
    X509Certificate2Collection? Authorities = null,
    Func<HttpMessageHandler>? Handler = null);

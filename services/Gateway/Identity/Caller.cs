using System.Net;
using Grpc.Core;
using Segmentation.Identity;

namespace Segmentation.Gateway.Identity;

/// <summary>The caller of a request, as the access stage found it.</summary>
/// <param name="Principal">Who calls, for which tenant, and what it may.</param>
/// <param name="Connection">Id of the connection, by which budgets tell callers of one tenant apart.</param>
/// <param name="Address">Where the caller is.</param>
internal sealed record Caller(Principal Principal, string Connection, IPAddress Address)
{
    /// <summary>The caller's tenant, whose images alone the caller may see.</summary>
    public string Tenant => Principal.Tenant;

    /// <summary>The caller of a request that an endpoint handles.</summary>
    /// <exception cref="InvalidOperationException">A bug: the endpoint is open to all, so nobody looked who calls.</exception>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("The request has no caller: its endpoint is open to all.");

    /// <summary>The caller of an RPC.</summary>
    /// <exception cref="InvalidOperationException">A bug: the endpoint is open to all, so nobody looked who calls.</exception>
    public static Caller Of(ServerCallContext context) => Of(context.GetHttpContext());
}

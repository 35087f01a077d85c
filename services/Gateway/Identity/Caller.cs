using Grpc.Core;

namespace Segmentation.Gateway.Identity;

/// <summary>A caller as budgets tell callers apart: tenant and connection.</summary>
/// <param name="Tenant">A valid tenant.</param>
/// <param name="Connection">The connection that the call came over.</param>
internal readonly record struct Caller(string Tenant, string Connection)
{
    /// <summary>The caller of a call.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the tenant's name has another form.</exception>
    public static Caller Of(HttpContext context) =>
        new(Identity.Tenant.Of(context.Request), context.Connection.Id);

    /// <summary>The caller of an RPC.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the tenant's name has another form.</exception>
    public static Caller Of(ServerCallContext context) =>
        new(Identity.Tenant.Of(context), context.GetHttpContext().Connection.Id);
}

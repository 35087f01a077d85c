using System.Net;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>Callers as the access stage would have found them.</summary>
internal static class Callers
{
    /// <summary>A caller of a tenant, with every scope.</summary>
    public static Caller Of(string tenant) => new(
        new Principal { Tenant = tenant, Subject = "test", Credential = "none", Scopes = Scopes.All },
        "connection",
        IPAddress.Loopback);
}

namespace Segmentation.Gateway.Identity;

/// <summary>Names of the protocol by which a tenant is named.</summary>
internal static class Tenant
{
    /// <summary>
    /// Header, and metadata key, by which trusted proxies and callers with the scope <c>impersonate</c> name the tenant.
    /// </summary>
    public const string Header = "x-segmentation-tenant";

    /// <summary>Tenant of callers without a credential.</summary>
    public const string Default = "default";
}

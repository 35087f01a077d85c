namespace Segmentation.Common;

/// <summary>Headers in which a gateway tells another service of the cluster who calls.</summary>
public static class CallerHeaders
{
    /// <summary>The tenant. Gateways remove what a client sent under this name.</summary>
    public const string Tenant = "x-segmentation-project-tenant";

    /// <summary>The subject, percent-encoded. Gateways remove what a client sent under this name.</summary>
    public const string Subject = "x-segmentation-project-subject";
}

using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>An issuer of cert-manager, as far as the chart writes it: it signs its own certificate, or has an authority.</summary>
internal sealed class Issuer : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public required IssuerSpec Spec { get; set; }
}

internal sealed class IssuerSpec
{
    public Dictionary<string, string>? SelfSigned { get; set; }

    public IssuerAuthority? Ca { get; set; }
}

internal sealed class IssuerAuthority
{
    public required string SecretName { get; set; }
}

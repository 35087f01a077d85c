using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>A certificate of cert-manager, as far as the chart writes it.</summary>
internal sealed class Certificate : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public required CertificateSpec Spec { get; set; }
}

internal sealed class CertificateSpec
{
    public required string SecretName { get; set; }

    public required string Duration { get; set; }

    [YamlDotNet.Serialization.YamlMember(Alias = "isCA")]
    public bool IsAuthority { get; set; }

    public string? CommonName { get; set; }

    public IList<string> DnsNames { get; set; } = [];

    public IList<string> Usages { get; set; } = [];

    public required CertificateKey PrivateKey { get; set; }

    public required IssuerReference IssuerRef { get; set; }
}

internal sealed class CertificateKey
{
    public required string Algorithm { get; set; }

    public required int Size { get; set; }

    public string? RotationPolicy { get; set; }
}

internal sealed class IssuerReference
{
    public required string Name { get; set; }

    public required string Kind { get; set; }

    public required string Group { get; set; }
}

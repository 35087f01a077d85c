namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Certificates of a host's public ports: section <c>Segmentation:Endpoints:Tls</c>.</summary>
public sealed class EndpointTlsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = $"{EndpointOptions.Section}:{nameof(EndpointOptions.Tls)}";

    /// <summary>
    /// PEM file: the certificate, then those that signed it, the root left out. Empty (the default): the ports are not
    /// encrypted. The file is read again within seconds when it changes.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file with the certificate's private key, not encrypted.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// PEM file with the roots whose certificates clients may present instead of another credential. Empty (the
    /// default): no client is asked for a certificate.
    /// </summary>
    public string ClientAuthoritiesFile { get; set; } = "";
}

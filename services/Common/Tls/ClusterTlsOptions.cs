namespace Segmentation.Common.Tls;

/// <summary>
/// Certificates of the connections within a cluster: section <c>Segmentation:Cluster:Tls</c>. All three files, or none:
/// then these connections are not encrypted.
/// </summary>
public sealed class ClusterTlsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Cluster:Tls";

    /// <summary>
    /// PEM file: this process's certificate, for servers and for clients, with the DNS name
    /// <c>Segmentation:Cluster:Id</c>; then the authorities between it and a root.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file with the certificate's private key, not encrypted.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM file with the roots that sign the certificates of this cluster.</summary>
    public string AuthoritiesFile { get; set; } = "";

    /// <summary>Tells whether the connections are encrypted.</summary>
    internal bool IsOn => CertificateFile.Length > 0;
}

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Address and ports of a host: section <c>Segmentation:Endpoints</c>. Hosts have different ports.</summary>
public sealed class EndpointOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Endpoints";

    /// <summary>IP address of both ports; <c>0.0.0.0</c> for all. Default: loopback.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port of gRPC, HTTP/2. 0: chosen by the system.</summary>
    public int GrpcPort { get; set; }

    /// <summary>Port of everything else: HTTP/1.1, with TLS also HTTP/2. 0: chosen by the system.</summary>
    public int HttpPort { get; set; }

    /// <summary>Certificates of both ports. Default: no TLS.</summary>
    public EndpointTlsOptions Tls { get; set; } = new();
}

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>The operators' port: section <c>Segmentation:Endpoints</c> of every host.</summary>
public sealed class OperatorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = EndpointOptions.Section;

    /// <summary>
    /// IP address of the operators' port; <c>0.0.0.0</c> for all, where scrapes come from other machines and a network
    /// policy or a firewall keeps everybody else out. Default: loopback.
    /// </summary>
    public string OperatorAddress { get; set; } = "127.0.0.1";

    /// <summary>
    /// Port of <c>/metrics</c> and of the detailed health reports, HTTP/1.1 without TLS. 0: chosen by the system.
    /// Default: the port after the host's HTTP port, or 0 where the system chooses that one.
    /// </summary>
    public int? OperatorPort { get; set; }

    /// <summary>The port to listen on.</summary>
    /// <param name="httpPort">The host's HTTP port.</param>
    public int PortBeside(int httpPort) => OperatorPort ?? DefaultBeside(httpPort);

    /// <summary>Default of <see cref="OperatorPort"/>.</summary>
    /// <param name="httpPort">The host's HTTP port.</param>
    internal static int DefaultBeside(int httpPort) => httpPort is 0 or 65535 ? 0 : httpPort + 1;
}

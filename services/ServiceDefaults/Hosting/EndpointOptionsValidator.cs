using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Checks <see cref="EndpointOptions"/> at start.</summary>
internal sealed class EndpointOptionsValidator : IValidateOptions<EndpointOptions>
{
    private const string PortUnit = "(0 lets the system choose)";

    public ValidateOptionsResult Validate(string? name, EndpointOptions options) =>
        new OptionChecks(EndpointOptions.Section)
            .Require(
                IPAddress.TryParse(options.Address, out _),
                nameof(options.Address),
                options.Address,
                "must be an IP address, for example 127.0.0.1 or 0.0.0.0")
            .Range(nameof(options.GrpcPort), options.GrpcPort, 0, 65535, PortUnit)
            .Range(nameof(options.HttpPort), options.HttpPort, 0, 65535, PortUnit)
            .Require(
                options.GrpcPort != options.HttpPort || options.GrpcPort == 0,
                nameof(options.HttpPort),
                options.HttpPort,
                "must differ from GrpcPort: HTTP/2 without TLS needs a port of its own")
            .Require(
                (options.Tls.CertificateFile.Length > 0) == (options.Tls.KeyFile.Length > 0),
                $"{nameof(options.Tls)}:{nameof(options.Tls.KeyFile)}",
                options.Tls.KeyFile,
                "must be set together with CertificateFile")
            .Require(
                options.Tls.ClientAuthoritiesFile.Length == 0 || options.Tls.CertificateFile.Length > 0,
                $"{nameof(options.Tls)}:{nameof(options.Tls.ClientAuthoritiesFile)}",
                options.Tls.ClientAuthoritiesFile,
                "needs CertificateFile: without TLS no client has a certificate")
            .Result;
}

using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Decoder.Hosting;

/// <summary>Checks <see cref="SiloOptions"/> at start.</summary>
internal sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    public ValidateOptionsResult Validate(string? name, SiloOptions options) =>
        new OptionChecks(SiloOptions.Section)
            .Require(
                options.AdvertisedAddress.Length == 0 || IPAddress.TryParse(options.AdvertisedAddress, out _),
                nameof(options.AdvertisedAddress),
                options.AdvertisedAddress,
                "must be an IP address that gateways and other silos reach")
            .Range(nameof(options.SiloPort), options.SiloPort, 1, 65535)
            .Range(nameof(options.GatewayPort), options.GatewayPort, 1, 65535)
            .Range(nameof(options.HttpPort), options.HttpPort, 0, 65535, "(0 lets the system choose)")
            .Range(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Require(
                options.SiloPort != options.GatewayPort,
                nameof(options.GatewayPort),
                options.GatewayPort,
                "must differ from SiloPort")
            .Result;
}

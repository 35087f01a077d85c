using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Receiving;

/// <summary>Checks <see cref="ConnectionOptions"/> at start.</summary>
internal sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    private const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    public ValidateOptionsResult Validate(string? name, ConnectionOptions options)
    {
        var checks = new OptionChecks(ConnectionOptions.Section)
            .Range(nameof(options.MaxOpen), options.MaxOpen, 1, 1_000_000)
            .Range(nameof(options.MaxOpenPerAddress), options.MaxOpenPerAddress, 1, 1_000_000);
        return checks.Require(
            Parse(options.TrustedProxies) is not null,
            nameof(options.TrustedProxies),
            options.TrustedProxies,
            "must be IP addresses or networks, for example 10.0.0.0/8, 192.0.2.7").Result;
    }

    /// <summary>The networks that a text names; null when it names something else.</summary>
    public static IReadOnlyList<IPNetwork>? Parse(string text)
    {
        List<IPNetwork> networks = [];
        foreach (var one in text.Split(',', Clean))
        {
            if (IPAddress.TryParse(one, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(one, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return networks;
    }
}

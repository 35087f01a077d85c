using System.Net;

namespace Segmentation.Common.Configuration;

/// <summary>Lists of IP addresses and networks in options, separated by commas: <c>10.0.0.0/8, 192.0.2.7</c>.</summary>
public static class AddressList
{
    /// <summary>The allowed form, as errors say it.</summary>
    public const string Rule = "must be IP addresses or networks, for example 10.0.0.0/8, 192.0.2.7";

    /// <summary>The networks that a text names; null when the text names something else.</summary>
    public static IReadOnlyList<IPNetwork>? Parse(string text)
    {
        List<IPNetwork> networks = [];
        foreach (var one in NameList.Of(text))
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

    /// <summary>
    /// Tells whether an address lies in one of the networks; an IPv4 address may be written as IPv6 does.
    /// </summary>
    public static bool Contains(this IReadOnlyList<IPNetwork> networks, IPAddress? address)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (address is null || networks.Count == 0)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }
}

using System.Net;
using System.Net.Sockets;

namespace Segmentation.Doors.Fetching;

/// <summary>Reach of an IP address.</summary>
internal enum AddressClass
{
    /// <summary>Never connected to: of one link, of many hosts, or with another address inside.</summary>
    Refused,

    /// <summary>Of this machine or of a network that is not public.</summary>
    Private,

    /// <summary>Of a host that everybody may reach.</summary>
    Public,
}

/// <summary>Classes of IP addresses, after the registries of special-purpose addresses (RFC 6890 and its updates).</summary>
internal static class AddressClasses
{
    private static readonly IPNetwork[] _private =
    [
        .. Networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10"),
        .. Networks("::1/128", "fc00::/7"),
    ];

    // 169.254.169.254 and its like hand out the credentials of machines in clouds.
    private static readonly IPNetwork[] _refused =
    [
        .. Networks("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        .. Networks("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        .. Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    ];

    // Of IPv6 only these are handed out to hosts; so mapped, translated (NAT64), link-local and multicast ones are out.
    private static readonly IPNetwork _global = IPNetwork.Parse("2000::/3");

    /// <summary>The class of an address; IPv4 written as IPv6 has that of the IPv4 address.</summary>
    public static AddressClass Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            return Of(address.MapToIPv4());
        }

        // A scope names a link.
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0)
        {
            return AddressClass.Refused;
        }

        if (_private.Any(network => network.Contains(address)))
        {
            return AddressClass.Private;
        }

        var isGlobal = address.AddressFamily == AddressFamily.InterNetwork || _global.Contains(address);
        return isGlobal && !_refused.Any(network => network.Contains(address)) ? AddressClass.Public : AddressClass.Refused;
    }

    private static IEnumerable<IPNetwork> Networks(params string[] texts) => texts.Select(text => IPNetwork.Parse(text));
}

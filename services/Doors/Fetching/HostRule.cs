using System.Globalization;
using System.Net;
using Segmentation.Common.Configuration;

namespace Segmentation.Doors.Fetching;

/// <summary>A host of a list in options, or all below a name.</summary>
/// <param name="Host">In lower case, as an address on the wire has it; an IPv6 address without brackets.</param>
/// <param name="IsSuffix">True where all names below it are meant, and it itself is not.</param>
/// <param name="Port">The port; null: 80 and 443.</param>
internal sealed record HostRule(string Host, bool IsSuffix, int? Port)
{
    private const string Below = "*.";

    /// <summary>Reads a list, separated by commas.</summary>
    /// <returns>Null when one of them is no host.</returns>
    public static IReadOnlyList<HostRule>? ParseAll(string text)
    {
        List<HostRule> rules = [];
        foreach (var one in NameList.Of(text))
        {
            if (Parse(one) is not { } rule)
            {
                return null;
            }

            rules.Add(rule);
        }

        return rules;
    }

    /// <summary>The host of an address, in the form of <see cref="Host"/>.</summary>
    public static string HostOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Plain(address.IdnHost);
    }

    /// <summary>A host's name without the brackets of IPv6, in lower case.</summary>
    public static string Plain(string host) => host.Trim('[', ']').ToLowerInvariant();

    /// <summary>Tells whether a host and port are meant.</summary>
    /// <param name="host">In the form of <see cref="Host"/>.</param>
    /// <param name="port">The port.</param>
    public bool Matches(string host, int port) => HasPort(port) && HasHost(host);

    /// <summary>Tells whether this one allows everything that another one does.</summary>
    public bool Covers(HostRule other) =>
        HasHost(other.Host) && (other.Port is { } port ? HasPort(port) : Port is null);

    private static HostRule? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        var host = hasPort ? text[..colon] : text;
        int? port = null;
        if (hasPort)
        {
            if (!ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number == 0)
            {
                return null;
            }

            port = number;
        }

        var isSuffix = host.StartsWith(Below, StringComparison.Ordinal);
        return NameOf(isSuffix ? host[Below.Length..] : host) is { } name && !(isSuffix && IPAddress.TryParse(name, out _))
            ? new HostRule(name, isSuffix, port)
            : null;
    }

    private static string? NameOf(string host)
    {
        var isName = Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
        return isName && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var address) && address.AbsolutePath == "/"
            ? HostOf(address)
            : null;
    }

    private bool HasPort(int port) => Port is { } one ? port == one : port is 80 or 443;

    private bool HasHost(string host) => IsSuffix
        ? host.Length > Host.Length + 1
            && host.EndsWith(Host, StringComparison.Ordinal)
            && host[^(Host.Length + 1)] == '.'
        : host == Host;
}

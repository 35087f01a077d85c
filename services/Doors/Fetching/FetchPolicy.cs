using System.Net;
using Microsoft.Extensions.Options;

namespace Segmentation.Doors.Fetching;

/// <summary>Which addresses pictures are fetched from, as the operator says.</summary>
internal sealed class FetchPolicy
{
    private const int MaxAddressLength = 8192;

    private readonly IReadOnlyList<HostRule> _allowed;
    private readonly IReadOnlyList<HostRule> _inside;

    public FetchPolicy(IOptions<FetchingOptions> options)
    {
        (_allowed, _inside) = (
            HostRule.ParseAll(options.Value.AllowedHosts) ?? [],
            HostRule.ParseAll(options.Value.AllowPrivateAddresses) ?? []);
        IsOpen = options.Value.Enabled;
    }

    /// <summary>True where anything is fetched.</summary>
    public bool IsOpen { get; }

    /// <summary>Tells whether an address is one of HTTP, names nobody, and is of an allowed host.</summary>
    public bool Allows(Uri address) =>
        IsOpen
        && address is { IsAbsoluteUri: true, UserInfo: "" }
        && IsHttp(address)
        && address.AbsoluteUri.Length <= MaxAddressLength
        && Matches(_allowed, HostRule.HostOf(address), address.Port);

    /// <summary>Tells whether a host may have an address: one that all can reach, or a private one where allowed.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="port">The port.</param>
    /// <param name="address">What its name resolves to.</param>
    public bool MayReach(string host, int port, IPAddress address) => AddressClasses.Of(address) switch
    {
        AddressClass.Public => true,
        AddressClass.Private => Matches(_inside, HostRule.Plain(host), port),
        _ => false,
    };

    /// <summary>Tells whether a redirect may be followed as far as the protocol goes: never from https to http.</summary>
    public static bool KeepsSecret(Uri from, Uri to) => from.Scheme != Uri.UriSchemeHttps || to.Scheme == Uri.UriSchemeHttps;

    /// <summary>Tells whether two addresses are of one origin: scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && IsSameHost(one, other);

    /// <summary>Tells whether two addresses are of one host.</summary>
    public static bool IsSameHost(Uri one, Uri other) => HostRule.HostOf(one) == HostRule.HostOf(other);

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;

    private static bool Matches(IReadOnlyList<HostRule> rules, string host, int port) =>
        rules.Any(rule => rule.Matches(host, port));
}

using System.Diagnostics.CodeAnalysis;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>What <see cref="EncodersOptions.Address"/> says: one name to look up, or a list of addresses.</summary>
/// <param name="Target">What a channel is opened for.</param>
/// <param name="Resolver">Finds the addresses behind it.</param>
internal sealed record EncoderAddresses(Uri Target, ResolverFactory Resolver)
{
    // Encoders come and go with the load: a new one takes its share within seconds.
    private static readonly TimeSpan _dnsRefresh = TimeSpan.FromSeconds(5);

    /// <summary>Reads an address; false when it has no known form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EncoderAddresses? addresses)
    {
        addresses = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var name)
            && name is { Scheme: "dns", Host: "", AbsolutePath.Length: > 1 })
        {
            addresses = new EncoderAddresses(name, new DnsResolverFactory(_dnsRefresh));
            return true;
        }

        var list = new List<BalancerAddress>();
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(item, UriKind.Absolute, out var uri)
                || uri is not { Scheme: "http", PathAndQuery: "/", Host.Length: > 0 })
            {
                return false;
            }

            list.Add(new BalancerAddress(uri.Host, uri.Port));
        }

        addresses = new EncoderAddresses(new Uri("static:///encoders"), new StaticResolverFactory(_ => list));
        return true;
    }
}

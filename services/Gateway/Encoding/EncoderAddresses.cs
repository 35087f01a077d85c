using System.Diagnostics.CodeAnalysis;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>The parts of <see cref="EncodersOptions.Address"/>: names to look up, and addresses.</summary>
/// <param name="Names">The names.</param>
/// <param name="List">The addresses.</param>
internal sealed record EncoderAddresses(IReadOnlyList<EncoderName> Names, IReadOnlyList<BalancerAddress> List)
{
    /// <summary>The port of gRPC where a name says none.</summary>
    private const int DefaultPort = 80;

    /// <summary>Target of the channel, which chooses its resolver by the scheme.</summary>
    public Uri Target =>
        Names.Count == 0 ? new Uri("static:///encoders") : new Uri($"dns:///{Names[0].Host}:{Names[0].Port}");

    /// <summary>Reads addresses, separated by commas; false when one has no known form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EncoderAddresses? addresses)
    {
        addresses = null;
        var (names, list) = (new List<EncoderName>(), new List<BalancerAddress>());
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(item, UriKind.Absolute, out var uri))
            {
                return false;
            }

            if (uri is { Scheme: "dns", Host: "", AbsolutePath.Length: > 1 })
            {
                // A URI of this scheme has host and port in its path.
                if (!Uri.TryCreate($"http://{uri.AbsolutePath.TrimStart('/')}", UriKind.Absolute, out var host)
                    || host is not { PathAndQuery: "/", Host.Length: > 0 })
                {
                    return false;
                }

                names.Add(new EncoderName(host.Host, host.IsDefaultPort ? DefaultPort : host.Port));
            }
            else if (uri is { Scheme: "http", PathAndQuery: "/", Host.Length: > 0 })
            {
                list.Add(new BalancerAddress(uri.Host, uri.Port));
            }
            else
            {
                return false;
            }
        }

        addresses = new EncoderAddresses(names, list);
        return true;
    }

    /// <summary>Makes what finds the addresses for a channel.</summary>
    public ResolverFactory Resolver(EncoderLookup lookup, EncoderAvailability reach, TimeProvider clock) =>
        Names.Count == 0
            ? new StaticResolverFactory(_ => List)
            : new EncoderNameResolver.Factory(this, lookup, reach, clock);
}

/// <summary>One name with an address for each encoder.</summary>
/// <param name="Host">The name to look up.</param>
/// <param name="Port">The port of all encoders.</param>
internal sealed record EncoderName(string Host, int Port);

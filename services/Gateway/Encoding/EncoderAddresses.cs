using System.Diagnostics.CodeAnalysis;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>The parts of <see cref="EncodersOptions.Address"/>: a name to look up, or a list of addresses.</summary>
/// <param name="Name">The name; null for a list.</param>
/// <param name="List">The addresses; empty for a name.</param>
internal sealed record EncoderAddresses(EncoderName? Name, IReadOnlyList<BalancerAddress> List)
{
    /// <summary>The port of gRPC where a name says none.</summary>
    private const int DefaultPort = 80;

    /// <summary>Target of the channel, which chooses its resolver by the scheme.</summary>
    public Uri Target => Name is null ? new Uri("static:///encoders") : new Uri($"dns:///{Name.Host}:{Name.Port}");

    /// <summary>Reads an address; false when it has no known form.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EncoderAddresses? addresses)
    {
        addresses = null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var name)
            && name is { Scheme: "dns", Host: "", AbsolutePath.Length: > 1 })
        {
            // A URI of this scheme has host and port in its path.
            if (!Uri.TryCreate($"http://{name.AbsolutePath.TrimStart('/')}", UriKind.Absolute, out var host)
                || host is not { PathAndQuery: "/", Host.Length: > 0 })
            {
                return false;
            }

            addresses = new EncoderAddresses(
                new EncoderName(host.Host, host.IsDefaultPort ? DefaultPort : host.Port), []);
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

        addresses = new EncoderAddresses(null, list);
        return true;
    }

    /// <summary>Makes what finds the addresses for a channel.</summary>
    public ResolverFactory Resolver(EncoderLookup lookup, EncoderAvailability reach, TimeProvider clock) => Name is null
        ? new StaticResolverFactory(_ => List)
        : new EncoderNameResolver.Factory(Name, lookup, reach, clock);
}

/// <summary>One name with an address for each encoder.</summary>
/// <param name="Host">The name to look up.</param>
/// <param name="Port">The port of all encoders.</param>
internal sealed record EncoderName(string Host, int Port);

using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Looks the encoders' names up again and again. The resolver of the gRPC client asks at most every 15 seconds, also
/// when the address that it knows has just refused a connection: an upload would wait that long for an encoder that
/// took the place of another. That resolver also logs a stack trace for each failure; this one gives the reason to
/// <see cref="EncoderAvailability"/>.
/// </summary>
internal sealed class EncoderNameResolver : PollingResolver
{
    /// <summary>Time between look-ups of the name. New encoders take their share within this time.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>Least time between two lookups, when connections fail one after the other.</summary>
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>A name server that is away must not hold up uploads that wait.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>The name that the gRPC client reads for the header <c>:authority</c>: proxies route by it.</summary>
    private static readonly BalancerAttributesKey<string> _authority = new("HostOverride");

    private readonly EncoderAddresses _addresses;
    private readonly EncoderLookup _lookup;
    private readonly EncoderAvailability _reach;
    private readonly TimeProvider _clock;
    private ITimer? _timer;
    private long? _latest;

    private EncoderNameResolver(
        EncoderAddresses addresses,
        EncoderLookup lookup,
        EncoderAvailability reach,
        TimeProvider clock,
        ILoggerFactory loggers)
        : base(loggers) => (_addresses, _lookup, _reach, _clock) = (addresses, lookup, reach, clock);

    protected override void OnStarted() => _timer = _clock.CreateTimer(_ => Refresh(), null, Period, Period);

    protected override async Task ResolveAsync(CancellationToken cancellationToken)
    {
        if (_latest is { } latest && _shortest - _clock.GetElapsedTime(latest) is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, _clock, cancellationToken);
        }

        _latest = _clock.GetTimestamp();
        var found = await Task.WhenAll(_addresses.Names.Select(name => FindAsync(name, cancellationToken)));
        if (found.FirstOrDefault(one => one.Failure is not null) is (_, { } failure))
        {
            _reach.Unresolved(failure);
        }
        else
        {
            _reach.Resolved();
        }

        // A pool whose name does not resolve, since it has no encoder now, must not hide the others.
        BalancerAddress[] all = [.. found.SelectMany(one => one.Addresses), .. _addresses.List];
        Listener(all.Length > 0 || found.All(one => one.Failure is null)
            ? ResolverResult.ForResult(all)
            : ResolverResult.ForFailure(new Status(StatusCode.Unavailable, found[0].Failure!)));
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Finds the addresses of a name, or why there are none.</summary>
    private async Task<(IEnumerable<BalancerAddress> Addresses, string? Failure)> FindAsync(
        EncoderName name, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _lookup(name.Host, cancellationToken).WaitAsync(_timeout, _clock, cancellationToken);
            return (found.Distinct().Select(address => AddressOf(name, address)), null);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            return ([], $"the name {name.Host} does not resolve ({exception.Message})");
        }
    }

    private static BalancerAddress AddressOf(EncoderName name, IPAddress found)
    {
        var address = new BalancerAddress(found.ToString(), name.Port);
        address.Attributes.Set(_authority, $"{name.Host}:{name.Port}");
        return address;
    }

    /// <summary>Makes the resolver of a channel.</summary>
    internal sealed class Factory(
        EncoderAddresses addresses, EncoderLookup lookup, EncoderAvailability reach, TimeProvider clock)
        : ResolverFactory
    {
        public override string Name => "dns";

        public override Resolver Create(ResolverOptions options) =>
            new EncoderNameResolver(addresses, lookup, reach, clock, options.LoggerFactory);
    }
}

/// <summary>Finds the addresses of a name.</summary>
/// <param name="host">The name.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <exception cref="System.Net.Sockets.SocketException">The name is not known, or no name server answers.</exception>
internal delegate Task<IPAddress[]> EncoderLookup(string host, CancellationToken cancellationToken);

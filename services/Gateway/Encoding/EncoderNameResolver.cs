using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Looks the encoders' name up again and again. The resolver of the gRPC client asks at most every 15 seconds, also
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

    private readonly EncoderName _name;
    private readonly EncoderLookup _lookup;
    private readonly EncoderAvailability _reach;
    private readonly TimeProvider _clock;
    private ITimer? _timer;
    private long? _latest;

    private EncoderNameResolver(
        EncoderName name, EncoderLookup lookup, EncoderAvailability reach, TimeProvider clock, ILoggerFactory loggers)
        : base(loggers) => (_name, _lookup, _reach, _clock) = (name, lookup, reach, clock);

    protected override void OnStarted() => _timer = _clock.CreateTimer(_ => Refresh(), null, Period, Period);

    protected override async Task ResolveAsync(CancellationToken cancellationToken)
    {
        if (_latest is { } latest && _shortest - _clock.GetElapsedTime(latest) is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, _clock, cancellationToken);
        }

        _latest = _clock.GetTimestamp();
        try
        {
            var found = await _lookup(_name.Host, cancellationToken).WaitAsync(_timeout, _clock, cancellationToken);
            _reach.Resolved();
            Listener(ResolverResult.ForResult([.. found.Distinct().Select(AddressOf)]));
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            _reach.Unresolved($"the name {_name.Host} does not resolve ({exception.Message})");
            Listener(ResolverResult.ForFailure(new Status(StatusCode.Unavailable, exception.Message)));
        }
    }

    protected override void Dispose(bool disposing)
    {
        _timer?.Dispose();
        base.Dispose(disposing);
    }

    private BalancerAddress AddressOf(IPAddress found)
    {
        var address = new BalancerAddress(found.ToString(), _name.Port);
        address.Attributes.Set(_authority, $"{_name.Host}:{_name.Port}");
        return address;
    }

    /// <summary>Makes the resolver of a channel.</summary>
    internal sealed class Factory(EncoderName name, EncoderLookup lookup, EncoderAvailability reach, TimeProvider clock)
        : ResolverFactory
    {
        public override string Name => "dns";

        public override Resolver Create(ResolverOptions options) =>
            new EncoderNameResolver(name, lookup, reach, clock, options.LoggerFactory);
    }
}

/// <summary>Finds the addresses of a name.</summary>
/// <param name="host">The name.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <exception cref="System.Net.Sockets.SocketException">The name is not known, or no name server answers.</exception>
internal delegate Task<IPAddress[]> EncoderLookup(string host, CancellationToken cancellationToken);

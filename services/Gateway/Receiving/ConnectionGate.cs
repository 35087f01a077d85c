using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Lets connections in, as many as <see cref="ConnectionOptions"/> allow in all and of one address. What is too many is
/// closed before a byte is read. The server's own limit would log a warning for each.
/// </summary>
internal sealed class ConnectionGate
{
    /// <summary>Bytes of an address of version 6 that are the same for all addresses of one customer.</summary>
    private const int CustomerBytes = 8;

    /// <summary>The log says at most once in this time that connections are closed.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _addresses = [];
    private readonly IReadOnlyList<IPNetwork> _proxies;
    private readonly ConnectionOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger<ConnectionGate> _logger;
    private readonly TimeProvider _clock;
    private int _open;
    private long? _logged;

    public ConnectionGate(
        IOptions<ConnectionOptions> options, GatewayMetrics metrics, ILogger<ConnectionGate> logger, TimeProvider clock)
    {
        (_options, _metrics, _logger, _clock) = (options.Value, metrics, logger, clock);
        _proxies = AddressList.Parse(_options.TrustedProxies) ?? [];
    }

    /// <summary>Handles a connection, or closes it.</summary>
    public async Task HandleAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = CountedAs((connection.RemoteEndPoint as IPEndPoint)?.Address);
        if (Refusal(address) is { } limit)
        {
            Refused(limit);
            return;
        }

        using var place = new Place(this, address);
        await next(connection);
    }

    /// <summary>Key under which a connection is counted; null when it counts only towards the total.</summary>
    private IPAddress? CountedAs(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        if (address is null || _proxies.Contains(address))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length > CustomerBytes
            ? new IPAddress([.. bytes.AsSpan(0, CustomerBytes), .. new byte[bytes.Length - CustomerBytes]])
            : address;
    }

    /// <summary>Null when the connection was counted, or the limit that has been reached.</summary>
    private string? Refusal(IPAddress? address)
    {
        lock (_gate)
        {
            if (_open >= _options.MaxOpen)
            {
                return GatewayMetrics.AllConnections;
            }

            if (address is not null)
            {
                var count = _addresses.GetValueOrDefault(address);
                if (count >= _options.MaxOpenPerAddress)
                {
                    return GatewayMetrics.OneAddress;
                }

                _addresses[address] = count + 1;
            }

            _open++;
            return null;
        }
    }

    private void Leave(IPAddress? address)
    {
        lock (_gate)
        {
            _open--;
            if (address is not null && --_addresses[address] == 0)
            {
                _addresses.Remove(address);
            }
        }
    }

    private void Refused(string limit)
    {
        _metrics.ConnectionRefused(limit);
        lock (_gate)
        {
            if (_logged is { } then && _clock.GetElapsedTime(then) < _pause)
            {
                return;
            }

            _logged = _clock.GetTimestamp();
        }

        if (limit == GatewayMetrics.AllConnections)
        {
            ReceivingLog.TooMany(_logger, _options.MaxOpen);
        }
        else
        {
            ReceivingLog.TooManyOfOne(_logger, _options.MaxOpenPerAddress);
        }
    }

    /// <summary>
    /// The place of an open connection. Kestrel can lose a connection of HTTP/2 whose client resets streams fast
    /// enough: its handling never ends and is collected. The finalizer gives the place of such a connection back.
    /// </summary>
    private sealed class Place(ConnectionGate gate, IPAddress? address) : IDisposable
    {
        ~Place() => gate.Leave(address);

        public void Dispose()
        {
            gate.Leave(address);
            GC.SuppressFinalize(this);
        }
    }
}

internal static partial class ReceivingLog
{
    [LoggerMessage(
        1, LogLevel.Information, "{Count} connections are open (Connections:MaxOpen): further ones are closed")]
    public static partial void TooMany(ILogger logger, int count);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "One address has {Count} connections open (Connections:MaxOpenPerAddress): its further ones are closed")]
    public static partial void TooManyOfOne(ILogger logger, int count);
}

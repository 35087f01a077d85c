using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Makes connections anew that the gRPC client has lost. When an attempt to connect ends by its time limit, the client
/// begins the next one and drops it where the one before has not cleaned up yet: the connection then says "connecting" for
/// ever, and the encoder behind it stays out of reach. Safe for concurrent use.
/// </summary>
internal sealed class ConnectionWatch : IDisposable
{
    /// <summary>An attempt has two seconds, and then the connection no longer says "connecting".</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Subchannel, long> _connecting = [];
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    /// <summary>Begins to watch.</summary>
    /// <param name="clock">The clock.</param>
    public ConnectionWatch(TimeProvider clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => RenewLost(), null, _period, _period);
    }

    /// <summary>Watches a connection until it is shut down.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The connection.</returns>
    public Subchannel Follow(Subchannel connection)
    {
        connection.OnStateChanged(change =>
        {
            if (change.State == ConnectivityState.Connecting)
            {
                _connecting[connection] = _clock.GetTimestamp();
            }
            else
            {
                _connecting.TryRemove(connection, out _);
            }
        });
        return connection;
    }

    /// <summary>Gives a connection up and makes it anew, in whatever state the client believes it to be.</summary>
    /// <param name="connection">The connection.</param>
    public static void Renew(Subchannel connection)
    {
        var addresses = connection.GetAddresses();
        try
        {
            // Only a connection to another address than before is given up.
            connection.UpdateAddresses([]);
            connection.UpdateAddresses(addresses);
        }
        catch (InvalidOperationException)
        {
            // Closed meanwhile: its address is no longer listed.
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RenewLost()
    {
        foreach (var (connection, since) in _connecting)
        {
            // Changes may be told in another order than they came: a connection with an address is connected.
            if (_clock.GetElapsedTime(since) >= Longest
                && connection.CurrentAddress is null
                && _connecting.TryUpdate(connection, _clock.GetTimestamp(), since))
            {
                Renew(connection);
            }
        }
    }
}

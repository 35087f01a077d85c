using Grpc.Core;

namespace Segmentation.Gateway.Encoding;

/// <summary>Counts the encoders in reach, and knows why when there is none. Safe for concurrent use.</summary>
internal sealed class EncoderAvailability(TimeProvider clock)
{
    /// <summary>
    /// A connection that nobody used for a minute is closed and made anew. That takes milliseconds and is no loss; an
    /// encoder whose connection takes longer is out of reach.
    /// </summary>
    public static readonly TimeSpan Reconnecting = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private int _connected;
    private int _before;
    private long _lost;
    private string? _unresolved;
    private string? _refused;

    /// <summary>Encoders in reach.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _connected > 0 || clock.GetElapsedTime(_lost) >= Reconnecting ? _connected : _before;
            }
        }
    }

    /// <summary>The cause of the latest failure, as the rest of a sentence.</summary>
    public string Reason
    {
        get
        {
            lock (_gate)
            {
                return _unresolved ?? _refused ?? "no connection was made yet";
            }
        }
    }

    /// <summary>Takes over a state of the channel.</summary>
    /// <param name="state">Connecting, ready, failed.</param>
    /// <param name="connected">Encoders that images can be sent to.</param>
    /// <param name="reason">Why there is none; null when that is not known.</param>
    public void Update(ConnectivityState state, int connected, string? reason)
    {
        lock (_gate)
        {
            _refused = connected > 0 ? null : reason ?? _refused;
            if (connected > 0 || state == ConnectivityState.TransientFailure)
            {
                _before = 0;
            }
            else if (_connected > 0)
            {
                (_before, _lost) = (_connected, clock.GetTimestamp());
            }

            _connected = connected;
        }
    }

    /// <summary>The encoders' name was found.</summary>
    public void Resolved()
    {
        lock (_gate)
        {
            _unresolved = null;
        }
    }

    /// <summary>The encoders' name was not found.</summary>
    /// <param name="reason">Why, as the rest of a sentence.</param>
    public void Unresolved(string reason)
    {
        lock (_gate)
        {
            _unresolved = reason;
        }
    }
}

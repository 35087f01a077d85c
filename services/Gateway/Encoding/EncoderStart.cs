using Microsoft.Extensions.Options;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Estimates when an encoder that is started for waiting images will be in reach: by the time that the last start took.
/// Safe for concurrent use.
/// </summary>
internal sealed class EncoderStart(IOptions<EncodersOptions> options, TimeProvider clock)
{
    /// <summary>
    /// A start that nobody has measured: a pod with its image on the node, and a model that warms up.
    /// </summary>
    private static readonly TimeSpan _assumed = TimeSpan.FromSeconds(60);

    /// <summary>An estimate that is over says that it will not be long.</summary>
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private TimeSpan? _measured;
    private TimeSpan _usual = _assumed;
    private long? _began;
    private int _waiting;

    /// <summary>True where encoders are started when images wait for them.</summary>
    public bool IsExpected => options.Value.StartTimeout > TimeSpan.Zero;

    /// <summary>Images that wait because no encoder is in reach.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Time that the last start took that this gateway saw; null when it saw none.</summary>
    public TimeSpan? Measured
    {
        get
        {
            lock (_gate)
            {
                return _measured;
            }
        }
    }

    /// <summary>Time that a start takes: the last one's, or an assumption.</summary>
    public TimeSpan Usual
    {
        get
        {
            lock (_gate)
            {
                return _usual;
            }
        }
    }

    /// <summary>Time until an encoder is probably in reach, at least a second.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                var left = _usual - (_began is { } began ? clock.GetElapsedTime(began) : TimeSpan.Zero);
                return left > _least ? left : _least;
            }
        }
    }

    /// <summary>An image begins to wait.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            // A start that failed and that nobody waited for says nothing about the next one.
            if (_began is not { } began || (_waiting == 0 && clock.GetElapsedTime(began) > options.Value.StartTimeout))
            {
                _began = clock.GetTimestamp();
            }

            _waiting++;
        }
    }

    /// <summary>An image waits no more.</summary>
    /// <param name="isReached">True when an encoder is in reach.</param>
    public void End(bool isReached)
    {
        lock (_gate)
        {
            _waiting--;
            if (isReached && _began is { } began)
            {
                // Shorter ones are connections made anew.
                var time = clock.GetElapsedTime(began);
                _began = null;
                if (time > EncoderAvailability.Reconnecting)
                {
                    (_usual, _measured) = (time, time);
                }
            }
        }
    }

    /// <summary>
    /// Takes over the start time that another gateway measured, or this one before it was started anew.
    /// </summary>
    /// <param name="usual">Time that a start takes.</param>
    public void Assume(TimeSpan usual)
    {
        lock (_gate)
        {
            _usual = usual;
        }
    }
}

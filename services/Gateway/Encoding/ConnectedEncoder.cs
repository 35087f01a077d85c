using System.Globalization;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// An encoder that this gateway is, or was, connected to: the models that it serves, and what it has to do. Safe for
/// concurrent use.
/// </summary>
internal sealed class ConnectedEncoder
{
    /// <summary>
    /// Time for which an encoder comes last after its first failure: a dead connection is noticed sooner.
    /// </summary>
    private static readonly TimeSpan _firstAvoidance = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Twice as long for every failure in a row up to this: a machine that hangs accepts connections and answers
    /// nothing, and each image that is sent there waits until that is noticed.
    /// </summary>
    private static readonly TimeSpan _longestAvoidance = TimeSpan.FromSeconds(48);

    private static int _last;

    private readonly Lock _gate = new();
    private TimeSpan _avoidance = _firstAvoidance;
    private IReadOnlySet<string>? _models;
    private bool _servesAll;
    private bool _isAsked;
    private int _inFlight;
    private long _avoidedUntil;

    /// <summary>Name of the encoder in <see cref="EncoderHeaders.Encoder"/>.</summary>
    public string Name { get; } = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);

    /// <summary>Images of this gateway that the encoder has.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Timestamp until which the encoder comes last.</summary>
    public long AvoidedUntil => Interlocked.Read(ref _avoidedUntil);

    /// <summary>True if the encoder said that it serves a model; false while it has said nothing.</summary>
    /// <param name="model">A name of <see cref="EncoderModels.NameOf(string, string)"/>.</param>
    public bool Serves(string model)
    {
        lock (_gate)
        {
            return _servesAll || _models?.Contains(model) == true;
        }
    }

    /// <summary>Takes over what the encoder said.</summary>
    /// <param name="models">Names of its models; null for an encoder that cannot say, and refuses others.</param>
    public void Learn(IReadOnlySet<string>? models)
    {
        lock (_gate)
        {
            (_models, _servesAll) = (models, models is null);
        }
    }

    /// <summary>Begins to ask the encoder; false while it is being asked.</summary>
    public bool TryAsk() => !Interlocked.Exchange(ref _isAsked, true);

    /// <summary>The encoder has been asked.</summary>
    public void Asked() => Volatile.Write(ref _isAsked, false);

    /// <summary>An image is sent there.</summary>
    public void Start() => Interlocked.Increment(ref _inFlight);

    /// <summary>An image was answered.</summary>
    public void Answered()
    {
        Interlocked.Decrement(ref _inFlight);
        lock (_gate)
        {
            _avoidance = _firstAvoidance;
            Interlocked.Exchange(ref _avoidedUntil, 0);
        }
    }

    /// <summary>An image was lost.</summary>
    public void Failed(TimeProvider clock)
    {
        Interlocked.Decrement(ref _inFlight);
        lock (_gate)
        {
            // All images of an encoder that died fail at once: that is one failure.
            var now = clock.GetTimestamp();
            if (AvoidedUntil <= now)
            {
                var length = (long)(_avoidance.TotalSeconds * clock.TimestampFrequency);
                Interlocked.Exchange(ref _avoidedUntil, now + length);
                _avoidance = _avoidance * 2 < _longestAvoidance ? _avoidance * 2 : _longestAvoidance;
            }
        }
    }
}

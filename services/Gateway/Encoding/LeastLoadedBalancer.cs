using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Sends each image to the connected encoder with the fewest images of this gateway; one that has just failed comes
/// last, so that a repetition does not land where the image was lost. Equals take turns.
/// </summary>
internal sealed class LeastLoadedBalancer : SubchannelsLoadBalancer
{
    /// <summary>Name of the policy in a service configuration.</summary>
    public const string Policy = "least_loaded";

    /// <summary>
    /// Time for which an encoder comes last after its first failure: a dead connection is noticed sooner.
    /// </summary>
    private static readonly TimeSpan _firstAvoidance = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Twice as long for every failure in a row up to this: a machine that hangs accepts connections and answers
    /// nothing, and each image that is sent there waits until that is noticed.
    /// </summary>
    private static readonly TimeSpan _longestAvoidance = TimeSpan.FromSeconds(48);

    private readonly ConditionalWeakTable<Subchannel, Load> _loads = [];
    private readonly TimeProvider _clock;
    private int _turn;

    private LeastLoadedBalancer(IChannelControlHelper controller, ILoggerFactory loggers, TimeProvider clock)
        : base(controller, loggers) => _clock = clock;

    protected override SubchannelPicker CreatePicker(IReadOnlyList<Subchannel> readySubchannels) =>
        new Picker(this, readySubchannels);

    /// <summary>Makes the balancer of a channel.</summary>
    internal sealed class Factory(EncoderAvailability reach, TimeProvider clock) : LoadBalancerFactory
    {
        public override string Name => Policy;

        public override LoadBalancer Create(LoadBalancerOptions options) =>
            new LeastLoadedBalancer(new AvailabilityReporter(options.Controller, reach), options.LoggerFactory, clock);
    }

    /// <summary>Chooses the policy in a service configuration.</summary>
    internal sealed class Config() : LoadBalancingConfig(Policy);

    /// <summary>Chooses among encoders that are connected.</summary>
    internal sealed class Picker(LeastLoadedBalancer balancer, IEnumerable<Subchannel> ready) : SubchannelPicker
    {
        private readonly LeastLoadedBalancer _balancer = balancer;
        private readonly (Subchannel Encoder, Load Load)[] _ready =
            [.. ready.Select(encoder => (encoder, balancer._loads.GetOrCreateValue(encoder)))];

        /// <summary>The number of elements.</summary>
        public int Count => _ready.Length;

        public override PickResult Pick(PickContext context)
        {
            var now = _balancer._clock.GetTimestamp();
            var first = (uint)Interlocked.Increment(ref _balancer._turn) % (uint)_ready.Length;
            var (best, load) = Enumerable.Range(0, _ready.Length)
                .Select(i => _ready[(first + i) % _ready.Length])
                .MinBy(candidate => (candidate.Load.AvoidedUntil > now, candidate.Load.InFlight));
            load.Start();
            return PickResult.ForSubchannel(best, new Tracker(_balancer._clock, load));
        }
    }

    private sealed class Tracker(TimeProvider clock, Load load) : ISubchannelCallTracker
    {
        public void Start()
        {
            // Counted when picked: two picks in a row must not find the same encoder idle.
        }

        public void Complete(CompletionContext context)
        {
            if (context.Error is HttpRequestException or RpcException { StatusCode: StatusCode.Unavailable })
            {
                load.Failed(clock);
            }
            else
            {
                load.Answered();
            }
        }
    }

    private sealed class Load
    {
        private readonly Lock _gate = new();
        private TimeSpan _avoidance = _firstAvoidance;
        private int _inFlight;
        private long _avoidedUntil;

        public int InFlight => Volatile.Read(ref _inFlight);

        public long AvoidedUntil => Interlocked.Read(ref _avoidedUntil);

        public void Start() => Interlocked.Increment(ref _inFlight);

        public void Answered()
        {
            Interlocked.Decrement(ref _inFlight);
            lock (_gate)
            {
                _avoidance = _firstAvoidance;
                Interlocked.Exchange(ref _avoidedUntil, 0);
            }
        }

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
}

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

    /// <summary>How long an encoder that failed comes last: connections to the dead are noticed sooner.</summary>
    private static readonly TimeSpan Avoidance = TimeSpan.FromSeconds(3);

    private readonly ConditionalWeakTable<Subchannel, Load> _loads = [];
    private readonly TimeProvider _time;
    private int _turn;

    private LeastLoadedBalancer(IChannelControlHelper controller, ILoggerFactory loggers, TimeProvider time)
        : base(controller, loggers) => _time = time;

    protected override SubchannelPicker CreatePicker(IReadOnlyList<Subchannel> readySubchannels) =>
        new Picker(this, [.. readySubchannels.Select(ready => (ready, _loads.GetOrCreateValue(ready)))]);

    /// <summary>Makes the balancer of a channel.</summary>
    internal sealed class Factory(TimeProvider time) : LoadBalancerFactory
    {
        public override string Name => Policy;

        public override LoadBalancer Create(LoadBalancerOptions options) =>
            new LeastLoadedBalancer(options.Controller, options.LoggerFactory, time);
    }

    /// <summary>Chooses the policy in a service configuration.</summary>
    internal sealed class Config() : LoadBalancingConfig(Policy);

    private sealed class Picker(LeastLoadedBalancer balancer, (Subchannel Encoder, Load Load)[] ready) : SubchannelPicker
    {
        public override PickResult Pick(PickContext context)
        {
            var now = balancer._time.GetTimestamp();
            var first = (uint)Interlocked.Increment(ref balancer._turn) % (uint)ready.Length;
            var (best, load) = Enumerable.Range(0, ready.Length)
                .Select(i => ready[(first + i) % ready.Length])
                .MinBy(candidate => (candidate.Load.AvoidedUntil > now, candidate.Load.InFlight));
            load.Start();
            return PickResult.ForSubchannel(best, new Tracker(balancer, load));
        }
    }

    private sealed class Tracker(LeastLoadedBalancer balancer, Load load) : ISubchannelCallTracker
    {
        public void Start()
        {
            // Counted when picked: two picks in a row must not find the same encoder idle.
        }

        public void Complete(CompletionContext context) => load.End(
            context.Error is HttpRequestException or RpcException { StatusCode: StatusCode.Unavailable }
                ? balancer._time.GetTimestamp() + (long)(Avoidance.TotalSeconds * balancer._time.TimestampFrequency)
                : 0);
    }

    private sealed class Load
    {
        private int _inFlight;
        private long _avoidedUntil;

        public int InFlight => Volatile.Read(ref _inFlight);

        public long AvoidedUntil => Interlocked.Read(ref _avoidedUntil);

        public void Start() => Interlocked.Increment(ref _inFlight);

        public void End(long avoidedUntil)
        {
            Interlocked.Decrement(ref _inFlight);
            Interlocked.Exchange(ref _avoidedUntil, avoidedUntil);
        }
    }
}

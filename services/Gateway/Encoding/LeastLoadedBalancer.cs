using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Sends each image to the connected encoder with the fewest images of this gateway among those that serve the image's
/// model; one that has just failed comes last, so that a repetition does not land where the image was lost. Equals take
/// turns.
/// </summary>
internal sealed class LeastLoadedBalancer : SubchannelsLoadBalancer
{
    /// <summary>Name of the policy in a service configuration.</summary>
    public const string Policy = "least_loaded";

    private readonly ConditionalWeakTable<Subchannel, ConnectedEncoder> _encoders = [];
    private readonly ConnectionWatch _watch;
    private readonly TimeProvider _clock;
    private int _turn;

    private LeastLoadedBalancer(
        IChannelControlHelper controller, ConnectionWatch watch, ILoggerFactory loggers, TimeProvider clock)
        : base(controller, loggers) => (_watch, _clock) = (watch, clock);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _watch.Dispose();
    }

    protected override SubchannelPicker CreatePicker(IReadOnlyList<Subchannel> readySubchannels) =>
        new Picker(this, readySubchannels);

    /// <summary>Makes the balancer of a channel.</summary>
    internal sealed class Factory(EncoderAvailability reach, EncoderModels models, TimeProvider clock)
        : LoadBalancerFactory
    {
        public override string Name => Policy;

        public override LoadBalancer Create(LoadBalancerOptions options)
        {
            var watch = new ConnectionWatch(clock);
            var reporter = new AvailabilityReporter(options.Controller, watch, reach, models);
            return new LeastLoadedBalancer(reporter, watch, options.LoggerFactory, clock);
        }
    }

    /// <summary>Chooses the policy in a service configuration.</summary>
    internal sealed class Config() : LoadBalancingConfig(Policy);

    /// <summary>Chooses among encoders that are connected.</summary>
    internal sealed class Picker(LeastLoadedBalancer balancer, IEnumerable<Subchannel> ready) : SubchannelPicker
    {
        private readonly LeastLoadedBalancer _balancer = balancer;
        private readonly (Subchannel Connection, ConnectedEncoder Encoder)[] _ready =
            [.. ready.Select(connection => (connection, balancer._encoders.GetOrCreateValue(connection)))];

        /// <summary>The number of elements.</summary>
        public int Count => _ready.Length;

        /// <summary>The encoders.</summary>
        public IReadOnlyList<ConnectedEncoder> Encoders => [.. _ready.Select(one => one.Encoder)];

        public override PickResult Pick(PickContext context)
        {
            var headers = context.Request?.Headers;
            if (EncoderHeaders.ValueOf(headers, EncoderHeaders.Encoder) is { } name)
            {
                // A question, no image.
                return _ready.FirstOrDefault(one => one.Encoder.Name == name).Connection is { } asked
                    ? PickResult.ForSubchannel(asked, new QuestionTracker(asked))
                    : PickResult.ForFailure(Unsent("The encoder is connected no more."));
            }

            var model = EncoderHeaders.ValueOf(headers, EncoderHeaders.Model);
            var now = _balancer._clock.GetTimestamp();
            var first = (uint)Interlocked.Increment(ref _balancer._turn) % (uint)_ready.Length;
            var (best, encoder) = Enumerable.Range(0, _ready.Length)
                .Select(i => _ready[(first + i) % _ready.Length])
                .Where(one => model is null || one.Encoder.Serves(model))
                .MinBy(one => (one.Encoder.AvoidedUntil > now, one.Encoder.InFlight));
            if (best is null)
            {
                return PickResult.ForFailure(Unsent("No encoder in reach serves the model."));
            }

            encoder.Start();
            return PickResult.ForSubchannel(best, new Tracker(_balancer._clock, encoder));
        }

        private static Status Unsent(string detail) => new(
            StatusCode.Unavailable, detail, new HttpRequestException(HttpRequestError.ConnectionError, detail));
    }

    /// <summary>
    /// Makes a connection anew where a question could not be sent. The gRPC client takes a connection that was closed
    /// before its first use for ready for ever when it cannot open another in its place; so it does with an encoder that
    /// dies while this gateway connects. Encoders are asked once a second.
    /// </summary>
    private sealed class QuestionTracker(Subchannel connection) : ISubchannelCallTracker
    {
        public void Start()
        {
        }

        public void Complete(CompletionContext context)
        {
            if (context.Error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError })
            {
                ConnectionWatch.Renew(connection);
            }
        }
    }

    private sealed class Tracker(TimeProvider clock, ConnectedEncoder encoder) : ISubchannelCallTracker
    {
        public void Start()
        {
            // Counted when picked: two picks in a row must not find the same encoder idle.
        }

        public void Complete(CompletionContext context)
        {
            if (context.Error is HttpRequestException or RpcException { StatusCode: StatusCode.Unavailable })
            {
                encoder.Failed(clock);
            }
            else
            {
                encoder.Answered();
            }
        }
    }
}

using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Stands between the balancer and its channel: tells <see cref="EncoderAvailability"/> and
/// <see cref="EncoderModels"/> every state, and makes every
/// "nothing is ready" UNAVAILABLE. The gRPC client's own balancers say INTERNAL, "Unknown error.", when the last
/// connection is closed because its address is no longer listed, which looks like a bug of the encoder.
/// </summary>
internal sealed class AvailabilityReporter(
    IChannelControlHelper channel, ConnectionWatch watch, EncoderAvailability reach, EncoderModels models)
    : IChannelControlHelper
{
    public Subchannel CreateSubchannel(SubchannelOptions options) => watch.Follow(channel.CreateSubchannel(options));

    public void RefreshResolver() => channel.RefreshResolver();

    public void UpdateState(BalancerState state)
    {
        if (state.ConnectivityState != ConnectivityState.TransientFailure)
        {
            var ready = state.Picker as LeastLoadedBalancer.Picker;
            reach.Update(state.ConnectivityState, ready?.Count ?? 0, reason: null);
            channel.UpdateState(state);
            models.Replace(ready?.Encoders ?? []);
            return;
        }

        var failed = new FailedPicker(state.Picker);
        reach.Update(state.ConnectivityState, connected: 0, failed.Reason);
        channel.UpdateState(new BalancerState(state.ConnectivityState, failed));
        models.Replace([]);
    }

    /// <summary>Refuses every call, since no encoder is in reach.</summary>
    private sealed class FailedPicker : SubchannelPicker
    {
        private readonly Status _status;

        public FailedPicker(SubchannelPicker inner)
        {
            var cause = inner.Pick(new PickContext()).Status;

            // INTERNAL comes without a cause.
            Reason = cause.StatusCode == StatusCode.Internal ? null : cause.DebugException?.Message ?? cause.Detail;
            var detail = $"No encoder is in reach: {Reason ?? "the last address is no longer listed"}.";
            _status = new Status(
                StatusCode.Unavailable, detail, new HttpRequestException(HttpRequestError.ConnectionError, detail));
        }

        /// <summary>Why; null when the balancer does not know.</summary>
        public string? Reason { get; }

        public override PickResult Pick(PickContext context) => PickResult.ForFailure(_status);
    }
}

using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Tests.Encoding;

public sealed class EncoderFailuresTests
{
    public static TheoryData<StatusCode, Exception?, bool, bool> Kinds => new()
    {
        // What it is, whether another encoder may succeed, whether anything was sent.
        { StatusCode.Unavailable, Refused(), true, true },
        { StatusCode.Unavailable, Unknown(), true, true },
        { StatusCode.Unavailable, new IOException("Connection reset by peer."), true, false },
        { StatusCode.Internal, new HttpProtocolException(0, "NO_ERROR", null), true, false },
        { StatusCode.Internal, new HttpRequestException("Broken.", new IOException("GOAWAY")), true, false },
        { StatusCode.ResourceExhausted, new HttpProtocolException(0xb, "ENHANCE_YOUR_CALM", null), true, false },
        { StatusCode.Cancelled, null, true, false },
        { StatusCode.Cancelled, new OperationCanceledException("Connecting.", new TimeoutException()), true, true },
        { StatusCode.Internal, new ObjectDisposedException("SocketsHttpHandler"), true, false },
        { StatusCode.DeadlineExceeded, null, false, false },
        { StatusCode.Unknown, null, false, false },
        { StatusCode.Internal, null, false, false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kinds_AreToldApart(StatusCode code, Exception? cause, bool isLost, bool isUnsent)
    {
        var error = new RpcException(new Status(code, "Why.", cause));

        Assert.Equal(isLost, EncoderFailures.IsLost(error));
        Assert.Equal(isUnsent, EncoderFailures.IsUnsent(error));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, "INVALID_REQUEST", false)]
    [InlineData(StatusCode.Internal, "INTERNAL", false)]
    [InlineData(StatusCode.Cancelled, "ANYTHING", false)]
    [InlineData(StatusCode.Unavailable, "ENCODER_STOPPING", true)]
    public void AnswersOfAnEncoder_AreItsOwn(StatusCode code, string reason, bool isLost)
    {
        var error = Problem.Of(code, reason, "Why.").ToRpcException();

        Assert.Equal(isLost, EncoderFailures.IsLost(error));
        Assert.False(EncoderFailures.IsUnsent(error));
    }

    [Fact]
    public void Control_TheBalancerSaysInternal_TheChannelSaysUnavailableAndUnsent()
    {
        var channel = new HeardChannel();
        var reach = new EncoderAvailability(TimeProvider.System);
        using var watch = new ConnectionWatch(TimeProvider.System);
        var control = new AvailabilityReporter(channel, watch, reach, new EncoderModels());

        // What the gRPC client's balancers say when the last address is no longer listed.
        var failed = PickResult.ForFailure(new Status(StatusCode.Internal, "Unknown error."));
        control.UpdateState(new BalancerState(ConnectivityState.TransientFailure, new FixedPicker(failed)));

        var status = channel.State!.Picker.Pick(new PickContext()).Status;
        var error = new RpcException(status);
        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
        Assert.True(EncoderFailures.IsUnsent(error));
        Assert.Equal(0, reach.Count);
    }

    private static HttpRequestException Refused() => new(
        HttpRequestError.ConnectionError, "Refused.", new SocketException((int)SocketError.ConnectionRefused));

    private static HttpRequestException Unknown() => new(HttpRequestError.NameResolutionError, "Not known.");

    private sealed class FixedPicker(PickResult result) : SubchannelPicker
    {
        public override PickResult Pick(PickContext context) => result;
    }

    private sealed class HeardChannel : IChannelControlHelper
    {
        public BalancerState? State { get; private set; }

        public Subchannel CreateSubchannel(SubchannelOptions options) => throw new NotSupportedException();

        public void RefreshResolver()
        {
        }

        public void UpdateState(BalancerState state) => State = state;
    }
}

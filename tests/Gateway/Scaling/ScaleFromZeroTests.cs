using Google.Rpc;
using Grpc.Core;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Tests.Encoding;
using Segmentation.Protocol.ExternalScaling;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Scaling;

/// <summary>Uploads that wait for encoders which a stand-in for KEDA starts for them.</summary>
public sealed class ScaleFromZeroTests
{
    private const int Burst = 40;

    private readonly int[] _ports = [Repository.FreePort(), Repository.FreePort()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Burst_NoEncoderRuns_ScalesToTwoAndBackToZeroAndNothingIsLost()
    {
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());
        var bothRun = new TaskCompletionSource();
        await using var encoders = new Encoders(_ports, bothRun.Task);

        // Each image takes a second of an encoder, as far as anybody knows: forty are enough for two encoders.
        await using var keda = new KedaStandIn(
            host.Scaler,
            new Dictionary<string, string> { ["secondsPerEncoder"] = "20" },
            most: 2,
            cooldown: TimeSpan.FromSeconds(0.5),
            encoders.ScaleAsync);

        var uploads = Enumerable.Range(0, Burst).Select(host.UploadAsync).ToList();
        await keda.ReachAsync(2, Cancel);
        bothRun.SetResult();
        var images = await Task.WhenAll(uploads);
        await keda.ReachAsync(0, Cancel);

        Assert.Equal(Burst, images.Select(image => image.Id).Distinct().Count());
        Assert.Equal(Burst, encoders.Answered);
        Assert.Equal([0, 1, 2], keda.History.Take(3));
    }

    [Fact]
    public async Task StreamIsActive_TheFirstUploadWaits_SaysSo()
    {
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());
        using var stream = host.Scaling.StreamIsActive(new ScaledObjectRef(), cancellationToken: Cancel);
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        Assert.False(stream.ResponseStream.Current.Result);
        using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var upload = host.Images.UploadImage(cancellationToken: givesUp.Token);

        await ScalingHost.SendAsync(upload, 1);

        Assert.True(await stream.ResponseStream.MoveNext(Cancel).WaitAsync(Patience.Longest, Cancel));
        Assert.True(stream.ResponseStream.Current.Result);

        // Nobody waits any more.
        await givesUp.CancelAsync();
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        Assert.False(stream.ResponseStream.Current.Result);
    }

    [Fact]
    public async Task UploadImage_AnEncoderIsStarted_TheCallerIsToldForHowLongAndGetsItsImage()
    {
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());
        using var upload = host.Images.UploadImage(cancellationToken: Cancel);
        await ScalingHost.SendAsync(upload, 1);

        var headers = await upload.ResponseHeadersAsync.WaitAsync(Cancel);
        Assert.Equal("60", headers.GetValue(EncoderStarting.Name));
        await using var server = await FakeEncoderServer.StartAsync(_ports[0]);

        Assert.StartsWith("sha256:", (await upload).Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UploadImage_AnEncoderRuns_NoHeaderSpeaksOfAStart()
    {
        await using var server = await FakeEncoderServer.StartAsync(_ports[0]);
        await using var host = await ScalingHost.StartAsync([_ports[0]], new FakeBoard());
        await host.UploadAsync(1);
        using var upload = host.Images.UploadImage(cancellationToken: Cancel);
        await ScalingHost.SendAsync(upload, 2);

        Assert.Null((await upload.ResponseHeadersAsync).GetValue(EncoderStarting.Name));
        await upload;
    }

    [Fact]
    public async Task UploadImage_NoEncoderIsStartedInTime_IsToldWhenToComeBack()
    {
        await using var host = await ScalingHost.StartAsync(
            _ports, new FakeBoard(), ("Encoders:ReadyTimeout", "0"), ("Encoders:StartTimeout", "00:00:00.2"));

        var error = await Assert.ThrowsAsync<RpcException>(() => host.UploadAsync(1));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Equal("ENCODER_STARTING", error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        var delay = error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan();
        Assert.InRange(delay, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Contains("60 s", error.Status.Detail, StringComparison.Ordinal);
    }

    /// <summary>Encoders that a stand-in starts and stops, each at a port of its own.</summary>
    private sealed class Encoders(int[] ports, Task may) : IAsyncDisposable
    {
        private readonly List<FakeEncoderServer> _running = [];
        private int _answered;

        public int Answered => Volatile.Read(ref _answered);

        public async Task ScaleAsync(int replicas)
        {
            while (_running.Count < replicas)
            {
                var server = await FakeEncoderServer.StartAsync(ports[_running.Count]);
                server.Answer = async _ =>
                {
                    await may;
                    Interlocked.Increment(ref _answered);
                    return FakeEncoderServer.Encoded();
                };
                _running.Add(server);
            }

            while (_running.Count > replicas)
            {
                var last = _running[^1];
                _running.Remove(last);
                await last.DrainAsync();
                await last.DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync() => await ScaleAsync(0);
    }
}

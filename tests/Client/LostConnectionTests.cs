using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Client.Tests;

/// <summary>Connections that end while the client sends.</summary>
public sealed class LostConnectionTests
{
    /// <summary>
    /// Times that a call is made: whether the write or the answer fails first is a race within the client.
    /// </summary>
    private const int Times = 20;

    private static readonly SegmentationClientOptions _once = new() { MaxReconnects = 1, FirstPause = TimeSpan.FromMilliseconds(1) };

    [Fact(Timeout = 600_000)]
    public async Task Upload_ConnectionEnds_IsAnRpcException()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = new UnwillingServer();
        for (var i = 0; i < Times; i++)
        {
            using var client = new SegmentationClient(server.Address, _once);

            await Assert.ThrowsAsync<RpcException>(() => client.UploadAsync(new byte[500_000], cancellationToken: cancel));
        }
    }

    [Fact(Timeout = 600_000)]
    public async Task Session_ConnectionEnds_FailsItsPromptsAndDoesNotHang()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = new UnwillingServer();
        for (var i = 0; i < Times; i++)
        {
            using var client = new SegmentationClient(server.Address, _once);

            await Assert.ThrowsAsync<RpcException>(
                () => client.OpenSessionAsync(new byte[500_000], StreamMode.All, cancellationToken: cancel));
        }
    }
}

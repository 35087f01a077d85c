using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Telemetry;

/// <summary>Requests are counted by method, whichever door they came through: alerts divide by it.</summary>
public sealed class RequestCountTests
{
    private const string Upload = "/segmentation.v1.ImageService/UploadImage";
    private const string GetImage = "/segmentation.v1.ImageService/GetImage";
    private const string Segment = "/segmentation.v1.SegmentationService/Segment";
    private const string Stream = "/segmentation.v1.SegmentationService/SegmentStream";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_OfEveryDoor_AreCountedByMethodAndCode()
    {
        await using var host = await GatewayHost.StartAsync();
        using var heard = new HeardMeters(host.App.Services.GetRequiredService<IMeterFactory>());
        using var client = host.Client();
        var id = Requests.IdOf(Requests.File);

        await host.UploadAsync(Requests.File);
        await client.PostAsync("/v1/images", Http.Bytes(Requests.File), Cancel).ReadAsync<Image>();
        await client.PostAsync("/v1/images", Http.Bytes([], "image/png"), Cancel).FailsAsync(400);
        Assert.Equal((2, 1), (Count(Upload, StatusCode.OK), Count(Upload, StatusCode.InvalidArgument)));

        await client.GetAsync($"/v1/images/{id}", Cancel).ReadAsync<Image>();
        await client.GetAsync($"/v1/images/{Requests.IdOf(Requests.OtherFile)}", Cancel).FailsAsync(404);
        Assert.Equal((1, 1), (Count(GetImage, StatusCode.OK), Count(GetImage, StatusCode.NotFound)));

        // Refused before it becomes a call.
        await client.PostAsync($"/v1/images/{id}:segment", Http.Json("{"), Cancel).FailsAsync(400);
        Assert.Equal(1, Count(Segment, StatusCode.InvalidArgument));

        await client.GetAsync("/v1/session", Cancel).FailsAsync(400);
        using (var session = await WebSocketClient.ConnectAsync(host))
        {
            await session.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
            await session.ClosedAsync();
        }

        Assert.Equal((1, 1), (Count(Stream, StatusCode.OK), Count(Stream, StatusCode.InvalidArgument)));

        double Count(string method, StatusCode code) => heard[$"segmentation.gateway.requests {method} {(int)code}"];
    }
}

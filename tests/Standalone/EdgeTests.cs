using System.Net.Http.Headers;
using System.Net.WebSockets;
using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.Standalone.Tests;

/// <summary>The real model over REST and WebSocket: what comes back is what gRPC gives.</summary>
public sealed class EdgeTests(RunningStandalone standalone) : IClassFixture<RunningStandalone>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UploadAndClick_ByRest_GivesTheMasksOfGrpcAsPngAndAsJson()
    {
        using var client = new HttpClient { BaseAddress = standalone.Http };
        using var file = File.OpenRead(Golden.PathOf("coffee.png"));
        using var body = new StreamContent(file);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");

        using var uploaded = await client.PostAsync("/v1/images", body, Cancel);
        var image = JsonParser.Default.Parse<Image>(await uploaded.Content.ReadAsStringAsync(Cancel));
        var picture = await client.GetByteArrayAsync($"/v1/images/{image.Id}/mask?point=300,200", Cancel);
        using var json = await client.PostAsync(
            $"/v1/images/{image.Id}:segment",
            new StringContent(
                """{"prompts": [{"points": [{"x": 300, "y": 200}]}], "output": {"formats": ["MASK_FORMAT_RLE", "MASK_FORMAT_PNG"]}}""",
                new MediaTypeHeaderValue("application/json")),
            Cancel);
        var response = JsonParser.Default.Parse<SegmentResponse>(await json.Content.ReadAsStringAsync(Cancel));
        var expected = await standalone.Segmentation.SegmentAsync(
            new SegmentRequest
            {
                ImageId = image.Id,
                Prompts = { Click() },
                Output = new OutputOptions { Formats = { MaskFormat.Rle, MaskFormat.Png } },
            },
            cancellationToken: Cancel);

        Assert.Equal((600u, 400u, "image/png"), (image.Width, image.Height, image.MediaType));
        Assert.Equal(expected.Results, response.Results);
        Assert.Equal(expected.Results[0].Masks[0].Png.ToByteArray(), picture);
        var reference = Golden.Masks("coffee.png", 300, 200, multimask: true);
        Assert.InRange(reference.Max(response.Results[0].Masks[0].ToRunLengths().IoU), 0.99, 1);
    }

    [Fact]
    public async Task Session_OverAWebSocket_GivesTheMasksOfGrpc()
    {
        SegmentStreamRequest[] messages =
        [
            new()
            {
                Open = new OpenImage
                {
                    ImageData = ByteString.CopyFrom(await File.ReadAllBytesAsync(Golden.PathOf("coffee.png"), Cancel)),
                },
            },
            new() { Prompt = new StreamPrompt { Sequence = 1, Prompt = Click() } },
            new() { Prompt = new StreamPrompt { Sequence = 2, Prompt = Click(), Refine = true } },
        ];
        using var stream = standalone.Segmentation.SegmentStream(cancellationToken: Cancel);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{standalone.Http.Authority}/v1/session"), Cancel);
        foreach (var message in messages)
        {
            await stream.RequestStream.WriteAsync(message, Cancel);
            await socket.SendAsync(message.ToByteArray(), WebSocketMessageType.Binary, true, Cancel);
        }

        foreach (var _ in messages)
        {
            Assert.True(await stream.ResponseStream.MoveNext(Cancel));
            var (expected, answer) = (stream.ResponseStream.Current, await ReceiveAsync(socket));
            Assert.Equal(expected.ResponseCase, answer.ResponseCase);
            Assert.Equal(expected.Answer?.Result, answer.Answer?.Result);
            Assert.Equal(expected.Opened?.Image.Id, answer.Opened?.Image.Id);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task EmbeddingAndModel_ByRest_AreWhatDecodesElsewhere()
    {
        using var client = new HttpClient { BaseAddress = standalone.Http };
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(Golden.PathOf("rocket.jpg"), Cancel));
        using var uploaded = await client.PostAsync("/v1/images", body, Cancel);
        var image = JsonParser.Default.Parse<Image>(await uploaded.Content.ReadAsStringAsync(Cancel));
        var expected = await standalone.Images.GetEmbeddingAsync(
            new GetEmbeddingRequest { Id = image.Id }, cancellationToken: Cancel);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/octet-stream");

        var embedding = await client.GetByteArrayAsync($"/v1/images/{image.Id}/embedding", Cancel);
        var model = await client.GetStringAsync("/v1/model", Cancel);

        Assert.Equal(expected.Float16.ToByteArray(), embedding);
        Assert.Contains(expected.ModelDigest, model, StringComparison.Ordinal);
    }

    private static Prompt Click() => new() { Points = { new Point { X = 300, Y = 200 } } };

    private static async Task<SegmentStreamResponse> ReceiveAsync(ClientWebSocket socket)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult frame;
        do
        {
            frame = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            bytes.Write(buffer, 0, frame.Count);
        }
        while (!frame.EndOfMessage);

        return SegmentStreamResponse.Parser.ParseFrom(bytes.ToArray());
    }
}

using System.Net.Sockets;
using Segmentation.Embeddings;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Rest;

public sealed class UploadRouteTests
{
    private static ReadOnlySpan<byte> Cut =>
        "--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n12345"u8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task Post_File_GivesItsIdAndIsHeld(string? mediaType)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var file = new byte[300_000];
        Random.Shared.NextBytes(file);

        var image = await client.PostAsync("/v1/images", Http.Bytes(file, mediaType), Cancel).ReadAsync<Image>();

        Assert.Equal(Requests.IdOf(file), image.Id);
        Assert.Equal((600u, 400u, (ulong)file.Length), (image.Width, image.Height, image.SizeBytes));
        Assert.True(host.Store.Contains(Requests.KeyOf(file)));
    }

    [Fact]
    public async Task Post_OfATenant_IsHeldForThatTenant()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        await client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("x-segmentation-tenant", "anna")),
            Cancel).ReadAsync<Image>();
        var wrong = await client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("x-segmentation-tenant", "Anna!")),
            Cancel).FailsAsync(400);

        Assert.True(host.Store.Contains(Requests.KeyOf(Requests.File, "anna")));
        Assert.Equal("INVALID_TENANT", wrong.Reason());
    }

    [Fact]
    public async Task Post_Form_TakesItsOneFile()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var file = new byte[200_000];
        Random.Shared.NextBytes(file);
        using var form = new MultipartFormDataContent { { Http.Bytes(file, "image/png"), "picture", "photo.png" } };

        var image = await client.PostAsync("/v1/images", form, Cancel).ReadAsync<Image>();

        Assert.Equal(Requests.IdOf(file), image.Id);
    }

    [Fact]
    public async Task Post_FormWithout_OneFile_SaysWhatToSend()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        using var text = new MultipartFormDataContent { { new StringContent("x"), "note" } };
        using var two = new MultipartFormDataContent
        {
            { Http.Bytes(Requests.File), "a", "a.png" }, { Http.Bytes(Requests.OtherFile), "b", "b.png" },
        };

        var noFile = await client.PostAsync("/v1/images", text, Cancel).FailsAsync(400);
        var many = await client.PostAsync("/v1/images", two, Cancel).FailsAsync(400);
        var cut = await client.PostAsync(
            "/v1/images", Http.Bytes(Cut.ToArray(), "multipart/form-data; boundary=x"), Cancel).FailsAsync(400);
        var unbound = await client.PostAsync(
            "/v1/images", Http.Bytes(Requests.File, "multipart/form-data"), Cancel).FailsAsync(415);

        Assert.Contains("'note' is no file", noFile.Message, StringComparison.Ordinal);
        Assert.Contains("curl -F", noFile.Message, StringComparison.Ordinal);
        Assert.Contains("more than one part", many.Message, StringComparison.Ordinal);
        Assert.Contains("ends before its last boundary", cut.Message, StringComparison.Ordinal);
        Assert.Contains("boundary", unbound.Message, StringComparison.Ordinal);
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact]
    public async Task Post_OfAnotherKindOrEmpty_SaysWhatToSend()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var form = await client.PostAsync(
            "/v1/images", Http.Bytes(Requests.File, "application/x-www-form-urlencoded"), Cancel).FailsAsync(415);
        var empty = await client.PostAsync("/v1/images", Http.Bytes([]), Cancel).FailsAsync(400);

        Assert.Equal("UNSUPPORTED_MEDIA_TYPE", form.Reason());
        Assert.Contains("Content-Type: image/jpeg", form.Fields()["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("IMAGE_EMPTY", empty.Reason());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_OverTheSizeLimit_IsRefusedAsTooLarge(bool announced)
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Uploads:MaxImageBytes", "2000"));
        using var client = host.Client();
        var content = Http.Bytes(new byte[2001]);
        var request = Http.Request(HttpMethod.Post, "/v1/images", content);
        request.Headers.TransferEncodingChunked = !announced;

        var status = await client.SendAsync(request, Cancel).FailsAsync(413);

        Assert.Equal("IMAGE_TOO_LARGE", status.Reason());
        Assert.Contains("2001", status.Fields()[announced ? "Content-Length" : "body"], StringComparison.Ordinal);
        Assert.Equal((int)StatusCode.InvalidArgument, status.Code);
    }

    [Fact]
    public async Task Post_FormWithALineOfControlCharacters_RepeatsABitOfItCleaned()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        using var form = new ByteArrayContent(
            TextEncoding.ASCII.GetBytes($"--b\r\n\u0001\u001B{new string('a', 5000)}\r\n\r\nabc\r\n--b--\r\n"));
        form.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");

        var status = await client.PostAsync("/v1/images", form, Cancel).FailsAsync(400);

        Assert.Equal("INVALID_FORM", status.Reason());
        Assert.InRange(status.Message.Length, 50, 400);
        Assert.DoesNotContain(status.Message, char.IsControl);
    }

    [Fact]
    public async Task Post_EncoderIsFull_SaysWhenInBodyAndHeader()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        host.Encoder.Handler = (_, _) => Task.FromResult(
            new EncodeReply { Status = EncodeStatus.Overloaded, RetryAfter = TimeSpan.FromSeconds(2.5) });

        using var response = await client.PostAsync("/v1/images", Http.Bytes(Requests.File), Cancel);
        var status = await Task.FromResult(response).FailsAsync(429);

        Assert.Equal("ENCODER_OVERLOADED", status.Reason());
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Post_NothingArrivesForTheIdleTime_EndsTheUpload()
    {
        await using var host = await GatewayHost.StartAsync(options: ("Segmentation:Uploads:IdleTimeout", "00:00:01"));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", host.Addresses.Http.Port, Cancel);
        var line = tcp.GetStream();
        await line.WriteAsync(
            "POST /v1/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345"u8.ToArray(), Cancel);
        using var reader = new StreamReader(line);

        var status = await reader.ReadLineAsync(Cancel);
        string? body;
        do
        {
            body = await reader.ReadLineAsync(Cancel);
        }
        while (body?.Contains("UPLOAD_IDLE", StringComparison.Ordinal) == false);

        Assert.Contains(" 504 ", status, StringComparison.Ordinal);
        Assert.NotNull(body);
    }

    [Fact]
    public async Task Post_CallerLeaves_EncodingIsGivenUp()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var (encoding, givenUp) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Encoder.Handler = async (_, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => givenUp.TrySetResult());
            encoding.SetResult();
            await givenUp.Task;
            throw new OperationCanceledException(cancellationToken);
        };
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var posting = client.PostAsync("/v1/images", Http.Bytes(Requests.File), leave.Token);
        await encoding.Task.WaitAsync(Cancel);

        await leave.CancelAsync();

        await givenUp.Task.WaitAsync(Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
    }

    [Fact]
    public async Task Post_SixtyMegabytes_Passes()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var file = new byte[60_000_000];

        var image = await client.PostAsync("/v1/images", Http.Bytes(file), Cancel).ReadAsync<Image>();

        Assert.Equal((ulong)file.Length, image.SizeBytes);
    }
}

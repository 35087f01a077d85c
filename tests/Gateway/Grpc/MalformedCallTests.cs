using System.Buffers.Binary;
using System.Net.Http.Headers;
using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Grpc;

/// <summary>
/// Bodies that no generated client sends: each is answered with a status that has a reason, and none is an error in the
/// log, which GatewayHost asserts.
/// </summary>
public sealed class MalformedCallTests
{
    private const string Segment = "/segmentation.v1.SegmentationService/Segment";
    private const string Upload = "/segmentation.v1.ImageService/UploadImage";
    private const string Stream = "/segmentation.v1.SegmentationService/SegmentStream";
    private const string Everything = "/segmentation.v1.SegmentationService/SegmentEverything";

    private static readonly byte[] _noProtobuf = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, byte[], string> Bodies { get; } = new()
    {
        { "no protobuf", Segment, Frame(_noProtobuf), "INVALID_MESSAGE" },
        { "no protobuf", Everything, Frame(_noProtobuf), "INVALID_MESSAGE" },
        { "no protobuf", Upload, Frame(_noProtobuf), "INVALID_MESSAGE" },
        { "no protobuf", Stream, Frame(_noProtobuf), "INVALID_MESSAGE" },
        { "wire type 7", Segment, Frame([0x0F]), "INVALID_MESSAGE" },
        { "cut", Segment, Frame([1, 2, 3, 4])[..6], "INVALID_MESSAGE" },
        { "cut header", Segment, [0, 0, 0], "INVALID_MESSAGE" },
        { "empty", Segment, [], "INVALID_MESSAGE" },
        { "two messages", Segment, [.. Frame([]), .. Frame([])], "INVALID_MESSAGE" },
        { "flag 7", Segment, [7, 0, 0, 0, 0], "INVALID_MESSAGE" },
        { "compressed without an encoding", Segment, [1, 0, 0, 0, 1, 0], "INVALID_MESSAGE" },
        { "longer than allowed", Segment, [0, 0xFF, 0xFF, 0xFF, 0xFF], "MESSAGE_TOO_LARGE" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Grpc_MalformedBody_HasAStatusWithAReason(string what, string method, byte[] body, string reason)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await CallAsync(host, host.Addresses.Grpc, method, "application/grpc", body);

        Assert.True(status.Reason() == reason, $"{what}: {status}");
    }

    [Fact]
    public async Task Grpc_NothingMarkedAsCompressed_IsNoFaultOfTheServer()
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await CallAsync(
            host, host.Addresses.Grpc, Segment, "application/grpc", [1, 0, 0, 0, 0], ("grpc-encoding", "gzip"));

        Assert.NotEqual("INTERNAL", status.Reason());
        Assert.Empty(host.Logs.Errors);
    }

    [Theory]
    [InlineData(Segment, "application/grpc")]
    [InlineData(Segment, "Application/GRPC")]
    [InlineData("/segmentation.v1.segmentationservice/SEGMENT", "application/grpc")]
    [InlineData(Segment + "/", "application/grpc")]
    public async Task Grpc_OtherSpellingThatIsRouted_IsCheckedWhileItArrives(string method, string mediaType)
    {
        await using var host = await GatewayHost.StartAsync();
        byte[] flag = [7, 0, 0, 0, 0];

        // 48 MB are announced, of which a few thousand empty prompts come.
        byte[] prompts = [0, 3, 0, 0, 0, .. Enumerable.Repeat<byte[]>([0x1A, 0x00], 3_000).SelectMany(one => one)];

        var wrong = await CallAsync(host, host.Addresses.Grpc, method, mediaType, flag);
        var large = await CallAsync(host, host.Addresses.Grpc, method, mediaType, prompts);

        Assert.Equal("INVALID_MESSAGE", wrong.Reason());
        Assert.Equal("REQUEST_TOO_LARGE", large.Reason());
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task GrpcWeb_MalformedBody_HasAStatusWithAReason(string what, string method, byte[] body, string reason)
    {
        await using var host = await GatewayHost.StartAsync();
        var text = TextEncoding.ASCII.GetBytes(Convert.ToBase64String(body));

        var binary = await CallAsync(host, host.Addresses.Http, method, "application/grpc-web", body);
        var base64 = await CallAsync(host, host.Addresses.Http, method, "application/grpc-web-text", text);

        Assert.True(binary.Reason() == reason, $"{what}: {binary}");
        Assert.True(base64.Reason() == reason, $"{what}: {base64}");
    }

    [Theory]
    [InlineData("!!!!")]
    [InlineData("AAAA=AAA")]
    [InlineData("AA=A")]
    [InlineData("AAAAA")]
    [InlineData("=")]
    [InlineData("\u00e9\u00e9\u00e9\u00e9")]
    public async Task GrpcWebText_ThatIsNoBase64_HasAStatusWithAReason(string text)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await CallAsync(
            host, host.Addresses.Http, Segment, "application/grpc-web-text", TextEncoding.UTF8.GetBytes(text));

        Assert.Equal((int)StatusCode.InvalidArgument, status.Code);
        Assert.Equal("INVALID_MESSAGE", status.Reason());
    }

    [Theory]
    [InlineData("gzip", "INVALID_MESSAGE", "gzip")]
    [InlineData("snappy", "UNSUPPORTED_ENCODING", "gzip")]
    [InlineData("identity", "INVALID_MESSAGE", "identity")]
    public async Task Compressed_ThatCannotBeUnpacked_HasAStatusWithAReason(string encoding, string reason, string words)
    {
        await using var host = await GatewayHost.StartAsync();
        byte[] body = [1, 0, 0, 0, 3, 9, 9, 9];

        var grpc = await CallAsync(
            host, host.Addresses.Grpc, Segment, "application/grpc", body, ("grpc-encoding", encoding));
        var web = await CallAsync(
            host, host.Addresses.Http, Segment, "application/grpc-web", body, ("grpc-encoding", encoding));

        Assert.Equal(reason, grpc.Reason());
        Assert.Equal(reason, web.Reason());
        Assert.Contains(words, grpc.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_WithGzip_IsRead()
    {
        await using var host = await GatewayHost.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            await gzip.WriteAsync(new SegmentRequest { ImageId = "none" }.ToByteArray(), Cancel);
        }

        var body = Frame(packed.ToArray());
        body[0] = 1;
        var status = await CallAsync(
            host, host.Addresses.Grpc, Segment, "application/grpc", body, ("grpc-encoding", "gzip"));

        Assert.Contains("image_id", status.Fields());
    }

    [Theory]
    [InlineData("/segmentation.v1.SegmentationService/Nothing")]
    [InlineData("/segmentation.v1.Nothing/Segment")]
    public async Task Grpc_UnknownMethod_HasAReason(string method)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await CallAsync(host, host.Addresses.Grpc, method, "application/grpc", Frame([]));

        Assert.Equal((int)StatusCode.Unimplemented, status.Code);
        Assert.Equal("NO_SUCH_METHOD", status.Reason());
    }

    /// <summary>Services of the library, whose requests are read by the library.</summary>
    [Theory]
    [InlineData("/grpc.health.v1.Health/Check")]
    [InlineData("/grpc.health.v1.Health/Watch")]
    [InlineData("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [InlineData("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")]
    public async Task Grpc_MalformedBodyOfAnotherService_HasAReason(string method)
    {
        await using var host = await GatewayHost.StartAsync();

        var status = await CallAsync(host, host.Addresses.Grpc, method, "application/grpc", Frame(_noProtobuf));

        Assert.Equal((int)StatusCode.InvalidArgument, status.Code);
        Assert.Equal("INVALID_MESSAGE", status.Reason());
        Assert.DoesNotContain("handler", status.Message, StringComparison.Ordinal);
    }

    private static byte[] Frame(byte[] message)
    {
        byte[] frame = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        return frame;
    }

    /// <summary>The status of a call, from wherever the answer has it.</summary>
    private static async Task<RpcStatus> CallAsync(
        GatewayHost host, Uri server, string method, string mediaType, byte[] body, params (string, string)[] headers)
    {
        using var client = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = new ByteArrayContent(body),
            Version = server == host.Addresses.Grpc ? new Version(2, 0) : new Version(1, 1),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await client.SendAsync(request, Cancel);
        var answer = await response.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(200, (int)response.StatusCode);
        var known = response.Headers.Concat(response.TrailingHeaders)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value));
        foreach (var line in TextEncoding.UTF8.GetString(Unpacked(mediaType, answer)).Split("\r\n"))
        {
            if (line.Split(':', 2) is [var name, var value])
            {
                known[name] = value.Trim();
            }
        }

        var details = known.FirstOrDefault(header => header.Key.EndsWith("details-bin", StringComparison.Ordinal)).Value;
        Assert.True(details is not null, string.Join("; ", known));
        return RpcStatus.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
    }

    private static byte[] Unpacked(string mediaType, byte[] answer) => mediaType.EndsWith("-text", StringComparison.Ordinal)
        ? [.. Groups(TextEncoding.ASCII.GetString(answer))]
        : answer;

    /// <summary>gRPC-Web text is base64 piece by piece, with padding after each.</summary>
    private static IEnumerable<byte> Groups(string text) =>
        text.Chunk(4).SelectMany(group => Convert.FromBase64String(new string(group)));
}

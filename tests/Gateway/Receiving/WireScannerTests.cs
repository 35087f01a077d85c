using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Receiving;
using Segmentation.Protocol.Inference;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Receiving;

public sealed class WireScannerTests
{
    private const int Seed = 17;

    private static readonly IMessage[] _valid =
    [
        new SegmentRequest(),
        new SegmentRequest
        {
            ImageData = ByteString.CopyFrom(new byte[5_000_000]),
            Prompts = { Enumerable.Range(0, 256).Select(_ => Full()) },
            Output = new OutputOptions { Formats = { MaskFormat.Rle, MaskFormat.Png, MaskFormat.Logits } },
        },
        new SegmentStreamRequest { Open = new OpenImage { ImageId = new string('a', 71), Mode = StreamMode.Latest } },
        new SegmentStreamRequest { Prompt = new StreamPrompt { Sequence = long.MaxValue, Prompt = Full(), Refine = true } },
        new SegmentEverythingRequest { Options = new EverythingOptions { PointGrids = { Grid(65_536), Grid(4) } } },
        new UploadImageRequest { Metadata = new UploadImageMetadata { Id = "x", SizeBytes = ulong.MaxValue } },
        new UploadImageRequest { Chunk = ByteString.CopyFrom(new byte[1024 * 1024]) },
        new ModelInferRequest
        {
            Inputs =
            {
                new ModelInferRequest.Types.InferInputTensor
                {
                    Name = "boxes",
                    Shape = { 512, 4 },
                    Contents = new InferTensorContents { Fp32Contents = { Enumerable.Repeat(1f, 2048) } },
                    Parameters = { ["binary_data"] = new InferParameter { BoolParam = true } },
                },
            },
            RawInputContents = { ByteString.CopyFrom(new byte[5_000_000]), ByteString.CopyFrom(new byte[8192]) },
        },
    ];

    [Fact]
    public void Scan_ValidRequestsInPiecesOfAnySize_AreNotRefused()
    {
        var random = new Random(Seed);
        Assert.All(_valid, message =>
        {
            var bytes = message.ToByteArray();
            foreach (var largest in (int[])[1, 7, 4096, bytes.Length + 1])
            {
                var scanner = new WireScanner(message.Descriptor);
                for (var at = 0; at < bytes.Length;)
                {
                    var piece = Math.Min(random.Next(1, largest + 1), bytes.Length - at);
                    Assert.Null(scanner.Scan(bytes.AsSpan(at, piece)));
                    at += piece;
                }
            }
        });
    }

    [Fact]
    public void Scan_EmptyPromptsWithoutEnd_AreRefusedAfterAFewThousandBytes()
    {
        var scanner = new WireScanner(SegmentRequest.Descriptor);
        var taken = 0;
        ScanRefusal? refusal = null;
        while (refusal is null)
        {
            refusal = scanner.Scan([0x1A, 0x00]);
            taken += 2;
        }

        Assert.Equal("prompts", refusal.Field);
        Assert.InRange(taken, 2 * 257, 4096);
    }

    [Fact]
    public void Scan_LargestRequestsOnProjects_AreNotRefused()
    {
        var mask = new RunLengthEncoding { Size = { 4000, 6000 }, Counts = new string('1', 16_000) };
        var operation = new Operation { Id = new string('0', 36), Create = new Annotation { Mask = mask } };
        IMessage[] requests =
        [
            new ApplyOperationsRequest { Operations = { Enumerable.Repeat(operation, 1000) } },
            new UpdatePicturesRequest { Pictures = { Enumerable.Range(0, 10_000).Select(id => long.MaxValue - id) } },
        ];

        Assert.All(requests, message => Assert.Null(
            WireScanner.Scan(new ReadOnlySequence<byte>(message.ToByteArray()), message.Descriptor)));
    }

    [Fact]
    public void Scan_OperationsBeyondAllBounds_AreRefused()
    {
        var many = Tag(3, Repeat([0x0A, 0x00], 1));
        var wire = Repeat(many, 200_000);
        var refusal = WireScanner.Scan(new ReadOnlySequence<byte>(wire), ApplyOperationsRequest.Descriptor);

        Assert.Equal("operations", refusal?.Field);
    }

    [Fact]
    public void Scan_UnknownFieldOfTheLargestNumber_IsNotRefused()
    {
        byte[] wire = [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01];

        Assert.NotNull(SegmentRequest.Parser.ParseFrom(wire));
        Assert.Null(WireScanner.Scan(new ReadOnlySequence<byte>(wire), SegmentRequest.Descriptor));
    }

    [Fact]
    public void Scan_ManyGridsOfManyPoints_AreRefusedAsAWhole()
    {
        var grid = Tag(11, Repeat([0x0A, 0x00], 6_000));
        var wire = Tag(3, Repeat(grid, 200));
        var refusal = WireScanner.Scan(new ReadOnlySequence<byte>(wire), SegmentEverythingRequest.Descriptor);

        Assert.Equal("points", refusal?.Field);
        Assert.Contains("within the request", refusal?.Why, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string?> Abuse { get; } = new()
    {
        { "points", Repeat(Tag(3, Repeat([0x0A, 0x00], 300)), 1), "points" },
        { "output formats, packed", Tag(4, Tag(2, new byte[300])), "formats" },
        { "output formats, one by one", Tag(4, Repeat([0x10, 0x01], 300)), "formats" },
        { "unknown fields", Repeat([0xF8, 0x3F, 0x01], 1_001), "SegmentRequest" },
        { "a text of 8 MB", Tag(1, new byte[8_000_000]), "image_id" },
        { "unknown bytes of 8 MB", Tag(900, new byte[8_000_000]), "SegmentRequest" },
        { "a field joined many times", Repeat(Tag(4, Repeat([0x10, 0x01], 2)), 200_000), "output" },
        { "group", [0x0B, 0x0C], null },
        { "field 0", [0x00, 0x00], null },
        { "length beyond its message", [0x1A, 0x02, 0x0A, 0x7F], null },
        { "number of eleven bytes", [0x08, .. Repeat([0xFF], 10), 0x01], null },
        { "length of 2^63", [0x12, .. Repeat([0xFF], 9), 0x01], null },
    };

    // Rows of megabytes would be written out as names of tests by whoever lists them.
    [Theory]
    [MemberData(nameof(Abuse), DisableDiscoveryEnumeration = true)]
    public void Scan_Abuse_IsRefusedAndNamesTheField(string what, byte[] bytes, string? field)
    {
        var refusal = WireScanner.Scan(new ReadOnlySequence<byte>(bytes), SegmentRequest.Descriptor);

        Assert.True(refusal is not null, what);
        Assert.Equal(field, refusal.Field);
    }

    [Fact]
    public void Scan_DamagedRequests_RefusesNoneThatTheParserTakes()
    {
        var random = new Random(Seed);
        MessageDescriptor[] types = [SegmentRequest.Descriptor, SegmentStreamRequest.Descriptor];
        var small = new SegmentRequest { ImageId = "sha256:0", Prompts = { Full(), Full() } }.ToByteArray();
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = small.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var type = types[round % types.Length];
            if (!TryParse(type, bytes, out var message) || HasGroup(bytes, type))
            {
                continue;
            }

            taken++;
            Assert.True(
                WireScanner.Scan(new ReadOnlySequence<byte>(bytes), type) is null or { Field: not null },
                $"{Convert.ToHexString(bytes)} is {message}");
        }

        Assert.True(taken > 1_000, $"Only {taken} of the damaged requests were still messages.");
    }

    private static bool TryParse(MessageDescriptor type, byte[] bytes, out IMessage? message)
    {
        try
        {
            message = type.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }

    /// <summary>The parser keeps groups as unknown fields; the scanner refuses them, which proto3 allows.</summary>
    private static bool HasGroup(byte[] bytes, MessageDescriptor type) =>
        WireScanner.Scan(new ReadOnlySequence<byte>(bytes), type) is { Field: null } && bytes.Any(one => (one & 7) is 3 or 4);

    private static Prompt Full() => new()
    {
        Points = { Enumerable.Range(0, 64).Select(i => new Point { X = i, Y = -1.5f, Label = PointLabel.Background }) },
        Box = new Box { XMin = 1, YMin = 2, XMax = 3, YMax = 4 },
        Mask = new MaskInput { Logits = ByteString.CopyFrom(new byte[1000]) },
    };

    private static PointGrid Grid(int points) =>
        new() { Points = { Enumerable.Range(0, points).Select(i => new Point { X = 1f / (i + 2), Y = 0.25f }) } };

    private static byte[] Tag(int field, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
        }

        return stream.ToArray();
    }

    private static byte[] Repeat(byte[] bytes, int times) => [.. Enumerable.Repeat(bytes, times).SelectMany(one => one)];
}

using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Protocol.V1;

namespace Segmentation.Fuzz.Seeds;

/// <summary>Requests of all kinds.</summary>
internal static class Messages
{
    /// <summary>An image's id.</summary>
    public const string ImageId = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>The types of requests; an input's first byte chooses one.</summary>
    public static readonly MessageDescriptor[] Types =
    [
        SegmentRequest.Descriptor, SegmentStreamRequest.Descriptor, SegmentEverythingRequest.Descriptor,
        UploadImageRequest.Descriptor, GetImageRequest.Descriptor,
    ];

    /// <summary>Requests that are in order.</summary>
    public static readonly IReadOnlyList<IMessage> All =
    [
        new SegmentRequest { ImageId = ImageId, Prompts = { Click() } },
        new SegmentRequest
        {
            ImageData = ByteString.CopyFrom(1, 2, 3),
            Prompts = { Full(), new Prompt { Mask = new MaskInput { Logits = ByteString.CopyFrom(new byte[16]) } } },
            Output = new OutputOptions
            {
                MaskCount = MaskCount.Three, Refinable = false,
                Formats = { MaskFormat.Rle, MaskFormat.Png, MaskFormat.Polygon },
            },
        },
        new SegmentStreamRequest { Open = new OpenImage { ImageData = ByteString.CopyFrom(1, 2), Mode = StreamMode.All } },
        new SegmentStreamRequest
        {
            Open = new OpenImage { ImageId = ImageId, Mode = StreamMode.Latest, Output = new OutputOptions() },
        },
        new SegmentStreamRequest { Prompt = new StreamPrompt { Sequence = 1, Prompt = Click() } },
        new SegmentStreamRequest
        {
            Prompt = new StreamPrompt { Sequence = 2, Refine = true, Prompt = Full(), Output = new OutputOptions() },
        },
        new SegmentStreamRequest { Reset = new ResetSession() },
        new SegmentEverythingRequest { ImageId = ImageId },
        new SegmentEverythingRequest
        {
            ImageData = ByteString.CopyFrom(9, 9), Provisional = true, Formats = { MaskFormat.Polygon },
            Options = new EverythingOptions
            {
                PointsPerBatch = 8, PredIouThresh = 0.5, StabilityScoreThresh = 0.9, StabilityScoreOffset = 1,
                BoxNmsThresh = 0.7, CropNLayers = 1, CropNmsThresh = 0.7, CropOverlapRatio = 0.3,
                CropNPointsDownscaleFactor = 2, MinMaskRegionArea = 5, MaxMaskAreaRatio = 0.9,
                Profile = EverythingProfile.Fast,
                PointGrids = { Grid(), Grid() },
            },
        },
        new SegmentEverythingRequest { ImageId = ImageId, Options = new EverythingOptions { PointsPerSide = 4 } },
        new UploadImageRequest { Metadata = new UploadImageMetadata { Id = ImageId, SizeBytes = 3 } },
        new UploadImageRequest { Chunk = ByteString.CopyFrom(1, 2, 3) },
        new GetImageRequest { Id = ImageId },
    ];

    /// <summary>The requests in protobuf's form, behind the byte that chooses their type.</summary>
    public static IEnumerable<byte[]> Wire =>
        All.Select(message => (byte[])[IndexOf(message), .. message.ToByteArray()]);

    /// <summary>The requests as JSON, behind the byte that chooses their type.</summary>
    public static IEnumerable<byte[]> Json => All.Select(message => (byte[])
        [IndexOf(message), .. System.Text.Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message))]);

    /// <summary>The type that a byte chooses.</summary>
    public static MessageDescriptor TypeOf(byte choice) => Types[choice % Types.Length];

    /// <summary>The path of a method that takes the type that a byte chooses.</summary>
    public static string PathOf(byte choice) => TypeOf(choice).Name switch
    {
        nameof(SegmentRequest) => "/segmentation.v1.SegmentationService/Segment",
        nameof(SegmentStreamRequest) => "/segmentation.v1.SegmentationService/SegmentStream",
        nameof(SegmentEverythingRequest) => "/segmentation.v1.SegmentationService/SegmentEverything",
        nameof(UploadImageRequest) => "/segmentation.v1.ImageService/UploadImage",
        _ => "/segmentation.v1.ImageService/GetImage",
    };

    /// <summary>A message before which its length stands, as a varint.</summary>
    public static byte[] Delimited(IMessage message)
    {
        using var stream = new MemoryStream();
        message.WriteDelimitedTo(stream);
        return stream.ToArray();
    }

    private static byte IndexOf(IMessage message) => (byte)Array.IndexOf(Types, message.Descriptor);

    private static Prompt Click() => new() { Points = { new Point { X = 10, Y = 20.5f } } };

    private static Prompt Full() => new()
    {
        Points = { new Point { X = 1, Y = 2, Label = PointLabel.Foreground }, new Point { Label = PointLabel.Background } },
        Box = new Box { XMin = 1, YMin = 2, XMax = 300, YMax = 200 },
        Mask = new MaskInput { MaskId = "0123456789abcdef0123456789abcdef" },
    };

    private static PointGrid Grid() => new() { Points = { new Point { X = 0.25f, Y = 0.5f }, new Point { X = 1, Y = 0 } } };
}

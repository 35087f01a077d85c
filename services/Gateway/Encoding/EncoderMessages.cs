using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Embeddings;
using Segmentation.Protocol.Encoder.V1;
using Embedding = Segmentation.Embeddings.Embedding;

namespace Segmentation.Gateway.Encoding;

/// <summary>Maps the gateway's requests to the encoder's messages, and its messages and statuses to replies.</summary>
internal static class EncoderMessages
{
    /// <summary>Reason of a reply: no encoder runs yet, and one is being started.</summary>
    public const string Starting = "STARTING";

    private const string ImageReasons = "IMAGE_";

    /// <summary>Delay in RetryInfo when no encoder answered.</summary>
    private static readonly TimeSpan _outageRetry = TimeSpan.FromSeconds(1);

    /// <summary>An image was encoded.</summary>
    public static EncodeReply Of(EncodeResponse response)
    {
        var info = new EmbeddingInfo(
            (int)response.Width, (int)response.Height, (long)response.SizeBytes, response.MediaType);
        return new EncodeReply
        {
            Status = EncodeStatus.Encoded,
            Info = info,
            Embedding = response.HasEmbedding ? new Embedding(info, response.Embedding.Memory) : null,
            EncodeTime = response.EncodeDuration.ToTimeSpan(),
        };
    }

    /// <summary>No encoder took the image.</summary>
    public static EncodeReply Unavailable { get; } = new()
    {
        Status = EncodeStatus.Unavailable,
        RetryAfter = _outageRetry,
    };

    /// <summary>Encoders are in reach, and none of them serves the image's model.</summary>
    /// <param name="model">Id of the model.</param>
    public static EncodeReply NotServed(string model) => new()
    {
        Status = EncodeStatus.Unavailable,
        Reason = "UNAVAILABLE",
        Message = $"No encoder in reach serves model {model}. Try again after the delay in RetryInfo, or take another "
            + "model.",
        RetryAfter = _outageRetry,
    };

    /// <summary>True if an encoder does not serve the model of an image.</summary>
    public static bool IsOfOtherModel(RpcException error) =>
        error.StatusCode == StatusCode.FailedPrecondition && EncoderFailures.ReasonOf(error) == "MODEL_MISMATCH";

    /// <summary>An expected failure; null when it is a bug on one of the two sides.</summary>
    public static EncodeReply? Of(RpcException error)
    {
        var reason = EncoderFailures.ReasonOf(error);
        return error.StatusCode switch
        {
            StatusCode.InvalidArgument when reason.StartsWith(ImageReasons, StringComparison.Ordinal) => new EncodeReply
            {
                Status = EncodeStatus.InvalidImage,
                Reason = reason[ImageReasons.Length..],
                Message = error.Status.Detail,
            },
            StatusCode.ResourceExhausted when reason == "ENCODER_OVERLOADED" => new EncodeReply
            {
                Status = EncodeStatus.Overloaded,
                RetryAfter = error.GetRpcStatus()?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan() ?? _outageRetry,
            },
            StatusCode.DeadlineExceeded or StatusCode.FailedPrecondition => Unavailable,
            _ => EncoderFailures.IsLost(error) ? Unavailable : null,
        };
    }

    private static Crop ToMessage(ImageCrop crop) =>
        new() { X = (uint)crop.X, Y = (uint)crop.Y, Width = (uint)crop.Width, Height = (uint)crop.Height };

    /// <summary>The next chunk of a file, which is not copied.</summary>
    public static EncodeRequest Chunk(ReadOnlyMemory<byte> bytes) =>
        new() { Chunk = UnsafeByteOperations.UnsafeWrap(bytes) };

    /// <summary>The first message about a file.</summary>
    /// <param name="key">Key of the whole image.</param>
    /// <param name="crop">The part to encode, which nobody in particular waits for; null for the whole.</param>
    /// <param name="length">Size of the file in bytes.</param>
    public static EncodeRequest Header(EmbeddingKey key, ImageCrop? crop, int length) => new()
    {
        Header = new EncodeHeader
        {
            Tenant = key.Tenant,
            ImageSha256 = key.ImageSha256,
            ModelDigest = key.ModelDigest,
            Preprocessing = key.Preprocessing,
            Priority = crop is null ? Priority.Interactive : Priority.Batch,
            SizeBytes = (ulong)length,
            Crop = crop is { } part ? ToMessage(part) : null,
        },
    };
}

using Google.Protobuf.WellKnownTypes;
using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Images;

/// <summary>An image whose embedding is stored.</summary>
/// <param name="Source">The image, and the model that made the embedding.</param>
/// <param name="Info">Size and type of the image.</param>
/// <param name="EncodeTime">Time the encoder took for this call; zero when the embedding was held already.</param>
internal sealed record StoredImage(ImageKey Source, EmbeddingInfo Info, TimeSpan EncodeTime)
{
    /// <summary>Key of the embedding.</summary>
    public EmbeddingKey Key => Source.Embedding;

    /// <summary>The model that made the embedding.</summary>
    public GatewayModel Model => Source.Model;

    /// <summary><c>sha256:</c> and the hash.</summary>
    public string Id => ImageId.Of(Key.ImageSha256);

    /// <summary>The image as clients see it.</summary>
    public Image ToMessage() => new()
    {
        Id = Id,
        Width = (uint)Info.Width,
        Height = (uint)Info.Height,
        SizeBytes = (ulong)Info.SizeBytes,
        MediaType = Info.MediaType,
        Model = Model.Id,
        ModelDigest = Model.Digest,
        EncodeDuration = Duration.FromTimeSpan(EncodeTime),
    };
}

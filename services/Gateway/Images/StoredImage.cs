using Google.Protobuf.WellKnownTypes;
using Segmentation.Embeddings;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Images;

/// <summary>An image whose embedding is stored.</summary>
/// <param name="Key">Key of the embedding.</param>
/// <param name="Info">Size and type of the image.</param>
/// <param name="Model">Id of the model that made the embedding.</param>
/// <param name="EncodeTime">Time the encoder took for this call; zero when the embedding was held already.</param>
internal sealed record StoredImage(EmbeddingKey Key, EmbeddingInfo Info, string Model, TimeSpan EncodeTime)
{
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
        Model = Model,
        EncodeDuration = Duration.FromTimeSpan(EncodeTime),
    };
}

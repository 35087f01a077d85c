using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;

namespace Segmentation.Gateway.Images;

/// <summary>Names an image's embedding, together with the model that makes it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Embedding">The key under which the embedding is held.</param>
internal sealed record ImageKey(GatewayModel Model, EmbeddingKey Embedding)
{
    /// <summary>The image's hash, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 => Embedding.ImageSha256;

    /// <summary>Names a tenant's image under a model.</summary>
    /// <param name="tenant">A valid tenant.</param>
    /// <param name="model">The model.</param>
    /// <param name="sha256">The image, 64 lower-case hexadecimal digits.</param>
    public static ImageKey Of(string tenant, GatewayModel model, string sha256) =>
        new(model, EmbeddingKey.Create(tenant, model.Identity, sha256));

    /// <summary>The key of a part of this image.</summary>
    public ImageKey OfCrop(ImageCrop crop) => this with { Embedding = Embedding.OfCrop(crop) };
}

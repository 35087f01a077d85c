using Segmentation.Embeddings;

namespace Segmentation.Gateway.Choosing;

/// <summary>Tells whether encoders serve a model now.</summary>
internal interface IModelReadiness
{
    /// <summary>True if an image could be encoded by a model now.</summary>
    bool IsServed(ModelIdentity model);
}

using Segmentation.Embeddings;

namespace Segmentation.Gateway.Choosing;

/// <summary>All models are served: the encoder is a part of this process, which loaded them at its start.</summary>
internal sealed class AlwaysServed : IModelReadiness
{
    public bool IsServed(ModelIdentity model) => true;
}

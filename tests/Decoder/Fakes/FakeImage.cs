using Segmentation.Decoder.Engine;
using Segmentation.Embeddings;

namespace Segmentation.Decoder.Tests.Fakes;

/// <summary>An image that remembers of which embedding it was made.</summary>
internal sealed record FakeImage(EmbeddingInfo Info) : IHotImage
{
    public long SizeBytes => FakeEngine.ImageBytes;
}

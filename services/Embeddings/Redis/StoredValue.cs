using Segmentation.Embeddings.Storage;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>A value read from Redis, or why there is none.</summary>
/// <param name="IsAvailable">Redis answered in time.</param>
/// <param name="Lease">The value in pooled memory; null when there is none.</param>
internal readonly record struct StoredValue(bool IsAvailable, Lease<byte>? Lease) : IDisposable
{
    /// <summary>Bytes of the value.</summary>
    public ReadOnlyMemory<byte> Memory => Lease?.Memory ?? default;

    /// <summary>Number of bytes.</summary>
    public int Length => Lease?.Length ?? 0;

    /// <summary>True for a first value whose header says that there is a second.</summary>
    public bool HasOthers =>
        EmbeddingCodec.DecodeHeader(Memory.Span).Status == CodecStatus.Ok && EmbeddingCodec.HasOthers(Memory.Span);

    public void Dispose() => Lease?.Dispose();
}

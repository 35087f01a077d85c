using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>A request's body as the messages of an upload, a chunk at a time.</summary>
/// <param name="body">The file's bytes.</param>
/// <param name="announced">Number of bytes to come; null when it is not known.</param>
internal sealed class BodyChunks(Stream body, long? announced) : IAsyncStreamReader<UploadImageRequest>
{
    private const int ChunkBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[ChunkBytes];
    private bool _begun;

    /// <summary>The metadata, or a chunk whose bytes are overwritten by the next one.</summary>
    public UploadImageRequest Current { get; private set; } = new();

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!_begun && announced is { } size)
        {
            _begun = true;
            Current = new() { Metadata = new UploadImageMetadata { SizeBytes = (ulong)size } };
            return true;
        }

        _begun = true;
        var read = await body.ReadAsync(_buffer, cancellationToken);
        Current = new() { Chunk = UnsafeByteOperations.UnsafeWrap(_buffer.AsMemory(0, read)) };
        return read > 0;
    }
}

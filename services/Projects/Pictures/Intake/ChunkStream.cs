using Grpc.Core;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>The chunks of an AddPicture call as one stream.</summary>
/// <param name="requests">The call, after its first message.</param>
internal sealed class ChunkStream(IAsyncStreamReader<AddPictureRequest> requests) : Stream
{
    private ReadOnlyMemory<byte> _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left.IsEmpty)
        {
            if (!await requests.MoveNext(cancellationToken))
            {
                return 0;
            }

            if (requests.Current.PartCase != AddPictureRequest.PartOneofCase.Chunk)
            {
                throw ProjectProblem.Invalid("metadata", "was sent twice; after the metadata follow chunks of the "
                    + "file");
            }

            _left = requests.Current.Chunk.Memory;
        }

        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

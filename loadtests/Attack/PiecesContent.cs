using System.Net;

namespace Segmentation.LoadTests.Attack;

/// <summary>A request's body that a function writes as it likes, also slowly or never to its end.</summary>
/// <param name="length">What is announced; null announces nothing (chunks, or HTTP/2 frames).</param>
/// <param name="write">Writes it.</param>
internal sealed class PiecesContent(long? length, Func<Stream, CancellationToken, Task> write) : HttpContent
{
    private static readonly byte[] _zeros = new byte[64 * 1024];

    /// <summary>Writes zeros.</summary>
    public static async Task WriteZerosAsync(Stream stream, long bytes, CancellationToken cancellationToken)
    {
        for (var left = bytes; left > 0; left -= _zeros.Length)
        {
            await stream.WriteAsync(_zeros.AsMemory(0, (int)Math.Min(left, _zeros.Length)), cancellationToken);
        }

        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>A gRPC message with its prefix.</summary>
    public static PiecesContent OfMessage(ReadOnlyMemory<byte> message, bool isCompressed = false) => new(
        message.Length + GrpcPrefix.Length,
        async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(GrpcPrefix.Of(message.Length, isCompressed), cancellationToken);
            await stream.WriteAsync(message, cancellationToken);
        });

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        write(stream, cancellationToken);

    protected override bool TryComputeLength(out long bytes)
    {
        bytes = length ?? 0;
        return length is not null;
    }
}

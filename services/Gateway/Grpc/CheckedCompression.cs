using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// Compression of messages; what cannot be unpacked is refused in words instead of being taken for a bug.
/// </summary>
internal sealed class CheckedCompression(ICompressionProvider inner) : ICompressionProvider
{
    public string EncodingName => inner.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) =>
        new Unpacked(inner.CreateDecompressionStream(stream), EncodingName);

    private sealed class Unpacked(Stream unpacking, string encoding) : Stream
    {
        private long _unpacked;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = unpacking.Read(buffer);
                if ((_unpacked += read) > RequestBounds.UnpackedBytes)
                {
                    throw Problem.Of(
                        StatusCode.ResourceExhausted,
                        "MESSAGE_TOO_LARGE",
                        $"A message compressed with {encoding} holds more than {RequestBounds.UnpackedBytes} bytes. Send "
                            + "it as it is; images gain nothing from compression.").ToRpcException();
                }

                return read;
            }
            catch (InvalidDataException)
            {
                throw Problem.Invalid(
                    "message",
                    $"It is marked as compressed with {encoding} and cannot be unpacked: damaged, cut or no such thing.",
                    "INVALID_MESSAGE").ToRpcException();
            }
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            unpacking.Dispose();
            base.Dispose(disposing);
        }
    }
}

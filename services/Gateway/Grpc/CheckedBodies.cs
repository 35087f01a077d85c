using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Grpc;

/// <summary>Shared parts of all gRPC request bodies: account of bytes, decompression, checks.</summary>
internal sealed class CheckedBodies(IntakeRegistry intakes, IOptions<GrpcServiceOptions> options)
{
    private const string Encoding = "grpc-encoding";
    private const int PieceBytes = 16 * 1024;

    /// <summary>The account of what arrives.</summary>
    public IntakeRegistry IntakeRegistry => intakes;

    /// <summary>
    /// Checks a compressed message piece by piece, so that one that is refused is never there as a whole.
    /// </summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="request">Its request, which names the encoding.</param>
    /// <param name="shape">Expected shape of the message.</param>
    /// <param name="bytes">Bytes of the message, unpacked.</param>
    /// <returns>Null, or why it is refused. What is packed in an unknown way is left to the server library.</returns>
    public RpcStatus? Unpack(
        in ReadOnlySequence<byte> message, HttpRequest request, RequestShape shape, out long bytes)
    {
        bytes = 0;
        var encoding = request.Headers[Encoding].ToString();
        var provider = options.Value.CompressionProviders.FirstOrDefault(one => one.EncodingName == encoding);
        if (provider is null || message.IsEmpty)
        {
            // Of no bytes there is nothing to be unpacked.
            return null;
        }

        using var packed = PipeReader.Create(message).AsStream();
        using var unpacking = provider.CreateDecompressionStream(packed);
        using var all = shape.IsOurs ? null : new MemoryStream();
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var scanner = new WireScanner(shape.Type);
            for (var read = unpacking.Read(piece); read > 0; read = unpacking.Read(piece))
            {
                bytes += read;
                if (scanner.Scan(piece.AsSpan(0, read)) is { } refusal)
                {
                    return refusal.ToProblem(shape.Type.Name);
                }

                if (!shape.IsOurs && bytes > RequestShape.OthersBytes)
                {
                    return TooLarge();
                }

                all?.Write(piece, 0, read);
            }

            return all is null ? null : Parse(new ReadOnlySequence<byte>(all.ToArray()), shape);
        }
        catch (RpcException exception)
        {
            return exception.GetRpcStatus();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>
    /// Reads a message of a method that is not ours, where the server library takes bytes that are none for a bug.
    /// </summary>
    /// <returns>Null, or why it is refused.</returns>
    public static RpcStatus? Parse(in ReadOnlySequence<byte> message, RequestShape shape)
    {
        try
        {
            shape.Type.Parser.ParseFrom(message);
            return null;
        }
        catch (InvalidProtocolBufferException)
        {
            return Problem.NotAMessage(shape.Type.Name);
        }
    }

    /// <summary>The answer to a long message of a method that is not ours.</summary>
    public static RpcStatus TooLarge() => Problem.Of(
        StatusCode.ResourceExhausted,
        "MESSAGE_TOO_LARGE",
        $"A message of this method has at most {RequestShape.OthersBytes} bytes.");
}

using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Protocol.V1;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Asks a gateway over gRPC.</summary>
internal sealed class RemoteBackend : ISegmentationBackend
{
    private const int ChunkBytes = 1 << 20;
    private readonly GrpcChannel _channel;
    private readonly Uri _server;

    public RemoteBackend(Uri server)
    {
        _server = server;
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { MaxReceiveMessageSize = null });
    }

    public async Task<SegmentResponse> SegmentAsync(
        byte[] file, IReadOnlyList<Prompt> prompts, OutputOptions output, CancellationToken cancellationToken)
    {
        try
        {
            var image = await UploadAsync(file, cancellationToken).ConfigureAwait(false);
            var request = new SegmentRequest { ImageId = image.Id, Output = output };
            request.Prompts.AddRange(prompts.Select(ResponseMapper.ToPrompt));
            var client = new SegmentationService.SegmentationServiceClient(_channel);
            var response = await client.SegmentAsync(request, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            response.Image.EncodeDuration = image.EncodeDuration;
            return response;
        }
        catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw ServerErrors.Explain(_server, error);
        }
    }

    public void Dispose() => _channel.Dispose();

    private async Task<Image> UploadAsync(byte[] file, CancellationToken cancellationToken)
    {
        var client = new ImageService.ImageServiceClient(_channel);
        using var call = client.UploadImage(cancellationToken: cancellationToken);
        try
        {
            var metadata = new UploadImageMetadata
            {
                Id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}",
                SizeBytes = (ulong)file.Length,
            };
            await call.RequestStream.WriteAsync(new UploadImageRequest { Metadata = metadata }, cancellationToken)
                .ConfigureAwait(false);
            for (var offset = 0; offset < file.Length; offset += ChunkBytes)
            {
                var chunk = file.AsMemory(offset, Math.Min(ChunkBytes, file.Length - offset));
                var message = new UploadImageRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) };
                await call.RequestStream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException or IOException)
        {
            // The server may answer before it has read everything (the image is held already, or is refused):
            // writing then fails, and the answer below says which it was.
        }

        return await call.ResponseAsync.ConfigureAwait(false);
    }
}

using Grpc.Core;
using Segmentation.Client;
using Segmentation.Protocol.V1;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Asks a gateway over gRPC.</summary>
internal sealed class RemoteBackend(Server server) : ISegmentationBackend
{
    private readonly SegmentationClient _client = new(server.Address, new SegmentationClientOptions { Authorities = server.Authorities });

    public async Task<SegmentResponse> SegmentAsync(
        byte[] file, IReadOnlyList<Prompt> prompts, OutputOptions output, CancellationToken cancellationToken)
    {
        try
        {
            var image = await _client.UploadAsync(file, cancellationToken).ConfigureAwait(false);
            var response = await _client
                .SegmentAsync(image.Id, prompts.Select(ResponseMapper.ToPrompt), output, cancellationToken)
                .ConfigureAwait(false);
            response.Image.EncodeDuration = image.EncodeDuration;
            return response;
        }
        catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw await ServerErrors.ExplainAsync(server, error).ConfigureAwait(false);
        }
    }

    public void Dispose() => _client.Dispose();
}

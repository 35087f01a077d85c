using Grpc.Core;
using Segmentation.Client;
using Segmentation.Protocol.V1;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Asks a gateway over gRPC.</summary>
/// <param name="server">The server.</param>
/// <param name="model">Id of a model of the server, or a roll-out's name; null for the default.</param>
internal sealed class RemoteBackend(ServerConnection server, string? model) : ISegmentationBackend
{
    private readonly SegmentationClient _client = server.Connect();

    public async Task<SegmentResponse> SegmentAsync(
        byte[] file, IReadOnlyList<Prompt> prompts, OutputOptions output, CancellationToken cancellationToken)
    {
        try
        {
            var image = await _client.UploadAsync(file, model, cancellationToken).ConfigureAwait(false);
            var response = await _client
                .SegmentAsync(image.Id, prompts.Select(ResponseMapper.ToPrompt), output, image.Model, cancellationToken)
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

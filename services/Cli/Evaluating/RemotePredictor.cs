using System.Runtime.InteropServices;
using Grpc.Core;
using Segmentation.Cli.Segmenting;
using Segmentation.Client;
using Segmentation.Evaluation.Protocols;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Evaluating;

/// <summary>Answers the prompts of an evaluation on a server.</summary>
/// <param name="server">The server.</param>
/// <param name="model">Id of a model of the server, or a roll-out's name; null for the default.</param>
internal sealed class RemotePredictor(ServerConnection server, string? model) : IMaskPredictor
{
    private readonly SegmentationClient _client = server.Connect();
    private Image? _image;

    public async Task<(int Width, int Height)> OpenAsync(byte[] file, CancellationToken cancellationToken)
    {
        _image = await CallAsync(() => _client.UploadAsync(file, model, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return ((int)_image.Width, (int)_image.Height);
    }

    public async Task<IReadOnlyList<IReadOnlyList<MaskPrediction>>> PredictAsync(
        IReadOnlyList<ObjectPrompt> queries, bool keepsLogits, CancellationToken cancellationToken)
    {
        var image = _image ?? throw new InvalidOperationException("No picture is open.");
        var output = new OutputOptions { Refinable = false, Formats = { MaskFormat.Rle } };
        if (keepsLogits)
        {
            output.Formats.Add(MaskFormat.Logits);
        }

        var answers = new List<IReadOnlyList<MaskPrediction>>();
        foreach (var (request, count) in PromptRequests.Of([.. queries.Select(LocalPredictor.ToPrompt)]))
        {
            var prompts = request.Select(ResponseMapper.ToPrompt).ToList();
            var response = await CallAsync(
                () => _client.SegmentAsync(image.Id, prompts, output, image.Model, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            answers.AddRange(response.Results.Take(count).Select(result => result.Masks.Select(ToPrediction).ToList()));
        }

        return answers;
    }

    public void Dispose() => _client.Dispose();

    private static MaskPrediction ToPrediction(Mask mask) => new(
        ResponseMapper.ToRunLengths(mask),
        mask.PredictedIou,
        mask.Logits.IsEmpty ? null : MemoryMarshal.Cast<byte, float>(mask.Logits.Span).ToArray());

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (RpcException error) when (ServerBusy.RetryAfter(error) is { } wait && attempt < ServerBusy.Attempts)
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException error)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw await ServerErrors.ExplainAsync(server, error).ConfigureAwait(false);
            }
        }
    }
}

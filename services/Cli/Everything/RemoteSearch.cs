using System.Diagnostics;
using Grpc.Core;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;
using Segmentation.Client;
using Segmentation.Masks.Everything;
using Segmentation.Protocol.V1;
using EverythingOptions = Segmentation.Masks.Everything.EverythingOptions;
using Progress = Segmentation.Masks.Everything.EverythingProgress;

namespace Segmentation.Cli.Everything;

/// <summary>Finds everything in images on a server.</summary>
/// <param name="server">The server.</param>
/// <param name="model">Id of a model of the server, or a roll-out's name; null for the default.</param>
internal sealed class RemoteSearch(ServerConnection server, string? model) : IImageSearch
{
    private readonly SegmentationClient _client = server.Connect();

    public async Task<(int Width, int Height, IReadOnlyList<EverythingMask> Masks)> FindAsync(
        byte[] file, EverythingOptions options, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var wanted = RemoteOptions.AsSent(options);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (size, masks) = await AskAsync(file, wanted, progress, cancellationToken).ConfigureAwait(false);
                var places = new ExactGridPoints(new EverythingPlan((int)size.Width, (int)size.Height, wanted));
                return ((int)size.Width, (int)size.Height, [.. masks.Select(places.ToMask)]);
            }
            catch (RpcException error) when (ServerBusy.RetryAfter(error) is { } wait && attempt < ServerBusy.Attempts)
            {
                await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw await ServerErrors.ExplainAsync(server, error).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<(Image Image, List<FoundMask> Masks)> AskAsync(
        byte[] file, EverythingOptions options, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var messages = _client.SegmentEverythingAsync(
            file, RemoteOptions.ToMessage(options), model: model, cancellationToken: cancellationToken);
        Image? image = null;
        var masks = new List<FoundMask>();
        await foreach (var message in messages.ConfigureAwait(false))
        {
            switch (message.ResponseCase)
            {
                case SegmentEverythingResponse.ResponseOneofCase.Started:
                    image = message.Started.Image;
                    break;
                case SegmentEverythingResponse.ResponseOneofCase.Progress:
                    var at = message.Progress;
                    progress.Report(new(
                        (int)at.CropsDone,
                        (int)at.Crops,
                        (long)at.PointsDone,
                        (long)at.Points,
                        0,
                        Stopwatch.GetElapsedTime(started)));
                    break;
                case SegmentEverythingResponse.ResponseOneofCase.Mask:
                    masks.Add(message.Mask);
                    break;
                case SegmentEverythingResponse.ResponseOneofCase.Finished
                    when image is not null && message.Finished.Masks == masks.Count:
                    return (image, masks);
                default:
                    break;
            }
        }

        // An incomplete answer is an error, not a picture with fewer masks.
        throw new CliException($"{server.Address} ended its answer before it was complete, after {masks.Count} masks.");
    }
}

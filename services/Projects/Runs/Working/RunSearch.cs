using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Searches one picture of a run for everything.</summary>
internal sealed class RunSearch(PictureFiles files, IImageModel model)
{
    /// <summary>Searches.</summary>
    /// <param name="run">The run.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="cancellationToken">Ends the search on all silos.</param>
    /// <exception cref="IOException">The picture's file is not there, or the search ended early.</exception>
    public async Task<RunFindings> SearchAsync(RunRow run, PictureRow picture, CancellationToken cancellationToken)
    {
        var file = await files.ReadAsync(run.Tenant, picture, cancellationToken);
        var options = EverythingOptions.Parser.ParseFrom(run.Options);
        var masks = new List<FoundMask>();
        Image? image = null;
        var isFinished = false;
        await foreach (var message in model.EverythingAsync(run.Tenant, file, options, run.Model, cancellationToken))
        {
            switch (message.ResponseCase)
            {
                case SegmentEverythingResponse.ResponseOneofCase.Started:
                    image = message.Started.Image;
                    break;
                case SegmentEverythingResponse.ResponseOneofCase.Mask:
                    masks.Add(message.Mask);
                    break;
                case SegmentEverythingResponse.ResponseOneofCase.Finished:
                    isFinished = true;
                    break;
                default:
                    break;
            }
        }

        return image is not null && isFinished
            ? new RunFindings(masks, image.Model, image.ModelDigest)
            : throw new IOException("The gateway ended the search without a result.");
    }
}

using Segmentation.Projects.Objects;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Searches one picture of a run for everything.</summary>
internal sealed class RunSearch(IObjectStore objects, IImageModel model)
{
    /// <summary>Searches.</summary>
    /// <param name="run">The run.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="cancellationToken">Ends the search on all silos.</param>
    /// <exception cref="FileNotFoundException">The picture's file is not in the object store.</exception>
    public async Task<RunFindings> SearchAsync(RunRow run, PictureRow picture, CancellationToken cancellationToken)
    {
        var file = await ReadAsync(run.Tenant, picture, cancellationToken);
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

    private async Task<byte[]> ReadAsync(string tenant, PictureRow picture, CancellationToken cancellationToken)
    {
        await using var content =
            await objects.OpenAsync(ObjectKeys.Picture(tenant, picture.Sha256), 0, null, cancellationToken)
            ?? throw new FileNotFoundException(
                "The picture's file is not in the object store: add the picture again, or restore the store.");
        var file = new byte[picture.SizeBytes];
        await content.ReadExactlyAsync(file, cancellationToken);
        return file;
    }
}

using System.Globalization;
using Grpc.Core;
using Segmentation.Client.Projects;
using Segmentation.Formats;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Transfers.Imports;

/// <summary>Writes the masks of a picture, each with ids that are the same whenever the same import is repeated.</summary>
internal sealed class ImportMasks(AnnotationWriter annotations, ImportLabels labels)
{
    // Large enough that a transaction pays, small enough that a picture of many masks does not fill the memory.
    private const int BatchMasks = 500;

    /// <summary>Writes the masks of a picture.</summary>
    /// <param name="import">The import.</param>
    /// <param name="row">The picture in the project.</param>
    /// <param name="picture">The picture in the dataset.</param>
    /// <param name="names">Ids of labels by name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Number of masks that are in the project.</returns>
    public async Task<int> WriteAsync(
        ImportContext import,
        PictureRow row,
        DatasetPicture picture,
        Dictionary<string, int> names,
        CancellationToken cancellationToken)
    {
        var (count, batch) = (0, new List<(Operation Operation, string Item)>());
        for (var index = 0; index < picture.Masks.Count; index++)
        {
            var mask = picture.Masks[index];
            var item = $"{picture.Name}: annotation {mask.Id ?? (index + 1).ToString(CultureInfo.InvariantCulture)}";
            if (mask.Mask.Width != row.Width || mask.Mask.Height != row.Height)
            {
                import.Progress.Errors.Add(
                    item,
                    "mask",
                    $"The mask has {mask.Mask.Width} x {mask.Mask.Height} pixels, and the picture {row.Width} x {row.Height} "
                        + "when it stands upright. Make the mask of the picture's size.");
                continue;
            }

            var label = mask.Label is { } name
                ? await labels.FindAsync(import.ProjectId, new DatasetLabel(0, name), names, cancellationToken)
                : 0;
            batch.Add((Create(import, picture.Name, index, mask, label), item));
            if (batch.Count == BatchMasks)
            {
                count += await WriteAsync(import, row, batch, cancellationToken);
            }
        }

        return count + await WriteAsync(import, row, batch, cancellationToken);
    }

    private async Task<int> WriteAsync(
        ImportContext import,
        PictureRow row,
        List<(Operation Operation, string Item)> batch,
        CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return 0;
        }

        var write = new AnnotationWrite
        {
            ProjectId = import.ProjectId,
            Picture = row.Id,
            Author = import.Progress.Row.Creator,
            Operations = batch.ConvertAll(one => one.Operation),
            KeepsState = true,
        };
        var written = 0;
        try
        {
            var result = await annotations.WriteAsync(write, cancellationToken);
            foreach (var (outcome, (_, item)) in result.Outcomes.Zip(batch))
            {
                if (outcome.Result == OperationResult.Applied)
                {
                    written++;
                }
                else
                {
                    import.Progress.Errors.Add(item, outcome.Field, outcome.Reason);
                }
            }
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
        {
            import.Progress.Errors.Add(row.Name, "", "The picture was taken out of the project during the import.");
        }

        batch.Clear();
        return written;
    }

    private static Operation Create(ImportContext import, string picture, int index, DatasetMask mask, int label)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{import.ProjectId:D}/{picture}/{index}");
        var origin = new Provenance
        {
            Source = AnnotationSource.Imported,
            PredictedIou = Share(mask.PredictedIou),
            StabilityScore = Share(mask.StabilityScore),
            CropBox = { mask.CropBox },
        };
        if (mask.Points.Count > 1)
        {
            var points = mask.Points.Chunk(2).Where(pair => pair.Length == 2);
            origin.Prompts.Add(new Prompt
            {
                Points = { points.Select(pair => new Point { X = (float)pair[0], Y = (float)pair[1] }) },
            });
        }

        return new Operation
        {
            Id = NameBasedId.Of(import.Upload, "operation/" + name).ToString("D"),
            Create = new Annotation
            {
                Id = NameBasedId.Of(import.Upload, "annotation/" + name).ToString("D"),
                Label = label,
                Mask = new RunLengthEncoding
                {
                    Size = { (uint)mask.Mask.Height, (uint)mask.Mask.Width }, Counts = mask.Mask.ToCocoString(),
                },
                Z = mask.Z,
                Group = mask.Group,
                AttributesJson = mask.AttributesJson ?? "",
                State = import.Request.AsProposals ? AnnotationState.Proposed : AnnotationState.Active,
                Crowd = mask.Crowd,
                Occluded = mask.Occluded,
                Provenance = origin,
            },
        };
    }

    private static float Share(float? value) => value is >= 0 and <= 1 ? value.Value : 0;
}

using System.Text.Json;
using Segmentation.Cli.Commands;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>Masks of one image in SA-1B's layout, after their origin.</summary>
internal sealed record Sa1bFile(ResultInfo Info, Sa1bImage Image, IReadOnlyList<Sa1bAnnotation> Annotations)
{
    /// <exception cref="CliException">A mask cannot be exported.</exception>
    public static Sa1bFile Of(ImageResult result, ResultOrigin origin)
    {
        var id = result.Image.Id;
        return new(
            new(origin),
            new(id, result.Width, result.Height, result.Image.Name),
            [.. result.Masks.Select((mask, index) => Sa1bAnnotation.Of(mask, id + 1 + index))]);
    }

    /// <exception cref="CliException">The file is damaged.</exception>
    public static Sa1bFile Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            if (JsonSerializer.Deserialize(stream, ResultJson.Compact.Sa1bFile) is { Image: not null } file)
            {
                return file;
            }
        }
        catch (JsonException)
        {
            // For the user the same case as a file without an image.
        }

        throw new CliException($"{path} is damaged: delete the file and run again.");
    }

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, ResultJson.Compact.Sa1bFile);
}

/// <summary>The image of the masks.</summary>
internal sealed record Sa1bImage(long ImageId, int Width, int Height, string FileName);

/// <summary>
/// One mask. Boxes are [x, y, width, height]: the mask's ends with its last pixel, the crop's behind it.
/// </summary>
internal sealed record Sa1bAnnotation(
    long Id,
    Sa1bSegmentation Segmentation,
    int[] Bbox,
    long Area,
    double PredictedIou,
    double StabilityScore,
    int[] CropBox,
    double[][] PointCoords)
{
    /// <exception cref="CliException">The mask cannot be exported.</exception>
    public static Sa1bAnnotation Of(EverythingMask mask, long id)
    {
        var (runs, box, crop) = (mask.RunLengths, mask.Box, mask.CropBox);
        var annotation = new Sa1bAnnotation(
            id,
            new([runs.Height, runs.Width], runs.ToCocoString()),
            [box.X, box.Y, box.Width - 1, box.Height - 1],
            mask.Area,
            mask.PredictedIou,
            mask.StabilityScore,
            [crop.X, crop.Y, crop.Width, crop.Height],
            [[mask.PointX, mask.PointY]]);
        // A missing or changed mask would go unnoticed in a data set.
        if (!annotation.Segmentation.ToRunLengths().Equals(runs)
            || runs.Area != mask.Area
            || !double.IsFinite(annotation.PredictedIou + annotation.StabilityScore))
        {
            throw new CliException($"Mask {id} of {mask.Area} pixels cannot be exported as it is.");
        }

        return annotation;
    }
}

/// <summary>A mask in COCO's compressed run lengths; size is [height, width].</summary>
internal sealed record Sa1bSegmentation(int[] Size, string Counts)
{
    public RunLengths ToRunLengths() => RunLengths.FromCocoString(Size[0], Size[1], Counts);
}

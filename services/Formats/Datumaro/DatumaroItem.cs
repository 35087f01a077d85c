using System.Text.Json;
using Segmentation.Formats.Coco;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Datumaro;

/// <summary>Reads one picture of Datumaro.</summary>
/// <param name="labels">Labels of the file.</param>
/// <param name="files">Files of pictures.</param>
/// <param name="sizes">Sizes of pictures whose size the file does not say.</param>
/// <param name="report">Takes wrong annotations.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class DatumaroItem(
    DatumaroLabels labels,
    DatasetPictureFiles files,
    Func<string, (int Width, int Height)?> sizes,
    Action<DatasetProblem> report,
    CancellationToken cancellationToken)
{
    private static readonly string[] _known =
        ["is_crowd", "occluded", "predicted_iou", "stability_score", "score", "source"];

    /// <summary>Reads an item.</summary>
    /// <exception cref="BadItemException">The item is wrong.</exception>
    public DatasetPicture Read(JsonElement item)
    {
        var image = item.Field("image") ?? item.Field("media") ?? default;
        var (name, file) = NameOf(item, image);
        var (width, height) = SizeOf(image, name, file);
        var masks = new List<DatasetMask>();
        var index = 0;
        foreach (var annotation in JsonFields.Elements(item.Needed("annotations"), "annotations"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (MaskOf(annotation, width, height) is { } mask)
                {
                    masks.Add(mask);
                }
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{name}: annotation {CocoFields.IdOf(annotation) ?? $"at place {index}"}"));
            }

            index++;
        }

        return new()
        {
            Name = name,
            Width = width,
            Height = height,
            File = file,
            AttributesJson = item.Field("attr") is { } attributes ? JsonText.Without(attributes) : null,
            Masks = [.. masks.OrderBy(mask => mask.Z)],
        };
    }

    private (string Name, string? File) NameOf(JsonElement item, JsonElement image)
    {
        if (image.TextOrNull("path") is { } path)
        {
            var name = path.Replace('\\', '/');
            return (name, files.Find(name));
        }

        return files.Resolve(item.Text("id").Replace('\\', '/'), sizes);
    }

    private (int Width, int Height) SizeOf(JsonElement image, string name, string? file)
    {
        if (image.Field("size") is not { } size)
        {
            return DatasetPictureSize.Known(name, file, sizes);
        }

        var numbers = JsonFields.Numbers(size, "image.size");
        return numbers.Length == 2 && numbers.All(side => side is >= 1 and <= DatasetPictureSize.MaxSide)
            ? DatasetPictureSize.Checked((long)numbers[1], (long)numbers[0])
            : throw new BadItemException(
                "image.size", $"The size is not [height, width] of 1 to {DatasetPictureSize.MaxSide}.");
    }

    private DatasetMask? MaskOf(JsonElement annotation, int width, int height)
    {
        var type = annotation.Text("type");
        var mask = type switch
        {
            "mask" => CocoMask.Read(annotation.Needed("rle"), width, height, cancellationToken),
            "polygon" => MaskReading.OfRing(
                height, width, JsonFields.Numbers(annotation.Needed("points"), "points"), "points", cancellationToken),
            "label" or "caption" => null,
            _ => throw new BadItemException("type", "This annotation has no mask. Only masks and polygons are read."),
        };
        if (mask is null)
        {
            return null;
        }

        var attributes = annotation.Field("attributes") ?? default;
        return new()
        {
            Id = CocoFields.IdOf(annotation),
            Label = labels.NameOf(annotation),
            Mask = MaskReading.NotEmpty(mask, type == "mask" ? "rle" : "points"),
            Z = annotation.SmallOr("z_order", 0),
            Group = annotation.SmallOr("group", 0),
            Crowd = IsTrue(attributes, "is_crowd"),
            Occluded = IsTrue(attributes, "occluded"),
            PredictedIou = ScoreOf(attributes, "predicted_iou") ?? ScoreOf(attributes, "score"),
            StabilityScore = ScoreOf(attributes, "stability_score"),
            Source = attributes.Field("source") is { ValueKind: JsonValueKind.String } source
                ? JsonFields.TextOf(source, "attributes.source")
                : null,
            AttributesJson = JsonText.Without(attributes, _known),
        };
    }

    private static bool IsTrue(JsonElement attributes, string name) =>
        attributes.Field(name) is { ValueKind: JsonValueKind.True };

    private static float? ScoreOf(JsonElement attributes, string name) =>
        attributes.Field(name) is { ValueKind: JsonValueKind.Number } ? attributes.ScoreOrNull(name) : null;
}

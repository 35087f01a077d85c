using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;

namespace Segmentation.Formats.LabelStudio;

/// <summary>Reads one task of Label Studio.</summary>
/// <param name="files">Files of pictures.</param>
/// <param name="sizes">Sizes of pictures without regions.</param>
/// <param name="report">Takes wrong regions.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class LabelStudioTask(
    DatasetPictureFiles files,
    Func<string, (int Width, int Height)?> sizes,
    Action<DatasetProblem> report,
    CancellationToken cancellationToken)
{
    private static readonly string[] _addresses = ["image", "img", "image_url", "url", "photo"];

    /// <summary>Reads a task.</summary>
    /// <exception cref="BadItemException">The task is wrong.</exception>
    public DatasetPicture Read(JsonElement task)
    {
        var data = task.Needed("data");
        var address = _addresses.Select(field => data.TextOrNull(field)).FirstOrDefault(text => text is not null)
            ?? throw new BadItemException("data", "The task has no address of a picture under the name image.");
        var name = data.TextOrNull("file_name") ?? LabelStudioName.Of(address);
        var (result, isPrediction) = ResultOf(task, name);
        var regions = result is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().ToArray() : [];
        var (width, height) = SizeOf(regions, name);
        return new()
        {
            Name = name,
            Width = width,
            Height = height,
            Id = task.WholeOrNull("id") ?? 0,
            Split = Splits.Of(data.TextOrNull("split")),
            AttributesJson = JsonText.AttributesOf(data),
            File = files.Find(name),
            Masks = [.. MasksOf(regions, name, width, height, isPrediction)],
        };
    }

    private (JsonElement? Result, bool IsPrediction) ResultOf(JsonElement task, string name)
    {
        var annotations = task.Field("annotations") ?? task.Field("completions");
        var all = annotations is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object && !one.Flag("was_cancelled")).ToArray()
            : [];
        if (all.Length == 0)
        {
            var prediction = task.Field("predictions") is { ValueKind: JsonValueKind.Array } predictions
                ? predictions.EnumerateArray().FirstOrDefault(one => one.ValueKind == JsonValueKind.Object)
                : default;
            return (prediction.Field("result"), true);
        }

        if (all.Length > 1)
        {
            report(new(
                name, "annotations", $"{all.Length} people annotated this picture; the ground truth is taken, else the "
                + "first. Join them in Label Studio to have them all."));
        }

        var chosen = Array.Find(all, one => one.Flag("ground_truth"));
        return ((chosen.ValueKind == JsonValueKind.Object ? chosen : all[0]).Field("result"), false);
    }

    private (int Width, int Height) SizeOf(JsonElement[] regions, string name)
    {
        foreach (var region in regions)
        {
            if (region.Field("original_width") is not null && region.Field("original_height") is not null)
            {
                return DatasetPictureSize.Checked(region.Whole("original_width"), region.Whole("original_height"));
            }
        }

        return sizes(name) is { } known ? DatasetPictureSize.Checked(known.Width, known.Height) : (0, 0);
    }

    private IEnumerable<DatasetMask> MasksOf(
        JsonElement[] regions, string name, int width, int height, bool isPrediction)
    {
        for (var i = 0; i < regions.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DatasetMask? mask = null;
            string? id = null;
            try
            {
                id = regions[i].TextOrNull("id");
                mask = MaskOf(regions[i], id, width, height, isPrediction);
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{name}: region {id ?? $"at place {i}"}"));
            }

            if (mask is not null)
            {
                yield return mask;
            }
        }
    }

    private DatasetMask? MaskOf(JsonElement region, string? id, int width, int height, bool isPrediction)
    {
        var type = region.TextOrNull("type") ?? "";
        var value = region.Field("value") ?? default;
        var isBrush = type is "brushlabels" or "brush" or "magicwand" || value.Field("rle") is not null;
        var isPolygon = type is "polygonlabels" or "polygon";
        if (!isBrush && !isPolygon)
        {
            return type is "rectanglelabels" or "rectangle" or "ellipselabels" or "ellipse" or "keypointlabels"
                ? throw new BadItemException("type", "This region has no mask. Only brushes and polygons are read.")
                : null;
        }

        if (region.WholeOrNull("image_rotation") is not (null or 0))
        {
            throw new BadItemException("image_rotation", "The picture was turned in Label Studio. Turn it back there.");
        }

        var mask = isBrush ? BrushOf(value, width, height) : PolygonOf(value, width, height);
        var meta = region.Field("meta") ?? default;
        return new()
        {
            Id = id,
            Label = LabelOf(value, isBrush ? "brushlabels" : "polygonlabels"),
            Mask = MaskReading.NotEmpty(mask, "value"),
            PredictedIou = region.ScoreOrNull("score"),
            Source = isPrediction ? "automatic" : null,
            Crowd = meta.Flag("crowd"),
            Occluded = meta.Flag("occluded"),
            Z = meta.SmallOr("z_order", 0),
            Group = meta.SmallOr("group", 0),
            AttributesJson = JsonText.AttributesOf(meta),
        };
    }

    private static RunLengths BrushOf(JsonElement value, int width, int height)
    {
        var rle = value.Needed("rle");
        var bytes = new byte[rle.ValueKind == JsonValueKind.Array ? rle.GetArrayLength() : 0];
        var at = 0;
        foreach (var number in JsonFields.Elements(rle, "value.rle"))
        {
            bytes[at++] = number.ValueKind == JsonValueKind.Number && number.TryGetByte(out var one)
                ? one
                : throw new BadItemException("value.rle", "The brush has numbers that are no bytes.");
        }

        return BrushBits.Read(height, width, bytes);
    }

    private RunLengths PolygonOf(JsonElement value, int width, int height)
    {
        var points = JsonFields.Pairs(value.Needed("points"), "value.points");
        for (var i = 0; i < points.Length; i += 2)
        {
            points[i] *= width / 100.0;
            points[i + 1] *= height / 100.0;
        }

        return MaskReading.OfRing(height, width, points, "value.points", cancellationToken);
    }

    private static string? LabelOf(JsonElement value, string field) =>
        (value.Field(field) ?? value.Field("labels")) is { ValueKind: JsonValueKind.Array } labels
        && labels.GetArrayLength() > 0 && labels[0].ValueKind == JsonValueKind.String
        && JsonFields.TextOf(labels[0], $"value.{field}") is { Length: > 0 } label
            ? label
            : null;
}

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
        var (regions, isPrediction) = RegionsOf(task, count => report(new(
            name, "annotations", $"{count} people annotated this picture; the ground truth is taken, else the first. "
            + "Join them in Label Studio to have them all.")));
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

    /// <summary>Returns the labels of a task's masks, which are not looked into.</summary>
    /// <exception cref="BadItemException">The task is wrong.</exception>
    public static IEnumerable<string> LabelsOf(JsonElement task) =>
        RegionsOf(task, _ => { }).Regions.Select(LabelOfRegion).OfType<string>();

    /// <summary>
    /// Returns the regions of the annotation that counts, or of the first prediction where nobody annotated.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="several">Takes the number of annotations where there are several.</param>
    private static (JsonElement[] Regions, bool IsPrediction) RegionsOf(JsonElement task, Action<int> several)
    {
        var annotations = Objects(task.Field("annotations") ?? task.Field("completions"))
            .Where(one => !one.Flag("was_cancelled")).ToArray();
        if (annotations.Length > 1)
        {
            several(annotations.Length);
        }

        var chosen = annotations.Length == 0
            ? Objects(task.Field("predictions")).FirstOrDefault()
            : annotations.FirstOrDefault(one => one.Flag("ground_truth"), annotations[0]);
        var regions = chosen.Field("result") is { ValueKind: JsonValueKind.Array } result
            ? result.EnumerateArray().ToArray()
            : [];
        return (regions, annotations.Length == 0);
    }

    private static IEnumerable<JsonElement> Objects(JsonElement? array) =>
        array is { ValueKind: JsonValueKind.Array } items
            ? items.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object)
            : [];

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
        var value = region.Field("value") ?? default;
        var isBrush = IsBrush(region);
        if (!isBrush && !IsPolygon(region))
        {
            return TypeOf(region) is "rectanglelabels" or "rectangle" or "ellipselabels" or "ellipse" or "keypointlabels"
                ? throw new BadItemException("type", "This region has no mask. Only brushes and polygons are read.")
                : null;
        }

        if (region.WholeOrNull("image_rotation") is not (null or 0))
        {
            throw new BadItemException("image_rotation", "The picture was turned in Label Studio. Turn it back there.");
        }

        var mask = isBrush ? BrushOf(value, width, height) : PolygonOf(value, width, height);
        return new DatasetMask
        {
            Id = id,
            Label = LabelOf(value, isBrush),
            Mask = MaskReading.NotEmpty(mask, "value"),
            PredictedIou = region.ScoreOrNull("score"),
            Source = isPrediction ? "automatic" : null,
        }.WithFieldsOf(region.Field("meta") ?? default);
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

    private static string? LabelOfRegion(JsonElement region)
    {
        try
        {
            return IsBrush(region) || IsPolygon(region)
                ? LabelOf(region.Field("value") ?? default, IsBrush(region))
                : null;
        }
        catch (BadItemException)
        {
            // Reported where the region is read.
            return null;
        }
    }

    private static string TypeOf(JsonElement region) => region.TextOrNull("type") ?? "";

    private static bool IsBrush(JsonElement region) => TypeOf(region) is "brushlabels" or "brush" or "magicwand"
        || (region.Field("value") ?? default).Field("rle") is not null;

    private static bool IsPolygon(JsonElement region) => TypeOf(region) is "polygonlabels" or "polygon";

    private static string? LabelOf(JsonElement value, bool isBrush)
    {
        var field = isBrush ? "brushlabels" : "polygonlabels";
        return (value.Field(field) ?? value.Field("labels")) is { ValueKind: JsonValueKind.Array } labels
            && labels.GetArrayLength() > 0 && labels[0].ValueKind == JsonValueKind.String
            && JsonFields.TextOf(labels[0], $"value.{field}") is { Length: > 0 } label
                ? label
                : null;
    }
}

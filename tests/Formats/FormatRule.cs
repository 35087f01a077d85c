using System.Globalization;
using System.Text.Json;

namespace Segmentation.Formats.Tests;

/// <summary>
/// A dataset after a format was written and read again: what the format holds, and what becomes of the rest.
/// </summary>
/// <param name="Name">Name of the format.</param>
/// <param name="Fields">Fields of a mask that are compared, beside the mask itself.</param>
/// <param name="Mask">Returns a mask as the format gives it back.</param>
/// <param name="Picture">Returns a picture as the format gives it back; null: unchanged.</param>
/// <param name="IsOrdered">False where masks come back in another order.</param>
internal sealed record FormatRule(
    string Name,
    string Fields,
    Func<DatasetPicture, DatasetMask, DatasetMask>? Mask = null,
    Func<DatasetPicture, DatasetPicture>? Picture = null,
    bool IsOrdered = true)
{
    private const string Everything = "label crowd occluded z group iou stability points crop attributes source";

    /// <summary>Formats that hold masks that overlap bit for bit.</summary>
    public static readonly IReadOnlyList<FormatRule> Overlapping =
    [
        new("coco", Everything),
        new("coco-polygons", Everything),
        new("sa1b", Everything, (picture, mask) => mask.CropBox.Count > 0
            ? mask
            : mask with { CropBox = [0, 0, picture.Width, picture.Height] }),
        new("cvat", "label occluded z group attributes source",
            (_, mask) => Named(mask) with
            {
                Source = mask.Source switch { null => "manual", "proposed" => "automatic", var source => source },
            },
            picture => picture with { AttributesJson = null, Masks = [.. picture.Masks.OrderBy(mask => mask.Z)] }),
        new("label-studio", "label crowd occluded z group iou attributes"),
        new("datumaro", "label crowd occluded z group iou stability attributes source",
            Picture: picture => picture with { Masks = [.. picture.Masks.OrderBy(mask => mask.Z)] }),
        new("labelme", "label crowd occluded z group iou stability attributes source", (_, mask) => Named(mask)),
        new("geojson", "label crowd occluded z group iou stability attributes"),
        new("yolo", "label", (_, mask) => Named(mask),
            picture => picture with { AttributesJson = null, Split = picture.Split ?? "train" }),
    ];

    /// <summary>Formats that hold masks bit for bit where they do not overlap.</summary>
    public static readonly IReadOnlyList<FormatRule> Flat =
    [
        new("instance-png", "label crowd occluded z group iou stability attributes source", IsOrdered: false),
        new("coco-panoptic", "label crowd iou", IsOrdered: false),
        new("voc", "label occluded", (_, mask) => Named(mask), picture => picture with { AttributesJson = null },
            IsOrdered: false),
        new("semantic-png", "label", null, Semantic, IsOrdered: false),
    ];

    /// <summary>Returns the picture as the format gives it back.</summary>
    public DatasetPicture Expected(DatasetPicture picture) => (Picture?.Invoke(picture) ?? picture) is var changed
        ? changed with { Masks = [.. changed.Masks.Select(mask => Mask?.Invoke(picture, mask) ?? mask)] }
        : picture;

    /// <summary>Returns a picture and its masks as text, for comparison.</summary>
    public string Text(DatasetPicture picture)
    {
        var masks = picture.Masks.Select(Text);
        return $"{picture.Name} {picture.Width}x{picture.Height} {picture.Split} {Canonical(picture.AttributesJson)}\n"
            + string.Join('\n', IsOrdered ? masks : masks.Order(StringComparer.Ordinal));
    }

    private static DatasetMask Named(DatasetMask mask) => mask.Label is null ? mask with { Label = "object" } : mask;

    private static DatasetPicture Semantic(DatasetPicture picture) => picture with
    {
        AttributesJson = null,
        Masks =
        [
            .. picture.Masks.GroupBy(mask => mask.Label).Select(group => new DatasetMask
            {
                Label = group.Key,
                Mask = Masks.RunLengthSets.Union([.. group.Select(mask => mask.Mask)]),
            }),
        ],
    };

    private static string Canonical(string? json) =>
        json is null ? "none" : JsonSerializer.Serialize(JsonDocument.Parse(json));

    private string Text(DatasetMask mask) => string.Join(' ', Fields.Split(' ').Select(field => field switch
    {
        "label" => $"label={mask.Label ?? "none"}",
        "crowd" => $"crowd={mask.Crowd}",
        "occluded" => $"occluded={mask.Occluded}",
        "z" => $"z={mask.Z}",
        "group" => $"group={mask.Group}",
        "iou" => $"iou={mask.PredictedIou?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
        "stability" => $"stability={mask.StabilityScore?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
        "points" => $"points={string.Join(',', mask.Points)}",
        "crop" => $"crop={string.Join(',', mask.CropBox)}",
        "attributes" => $"attributes={Canonical(mask.AttributesJson)}",
        "source" => $"source={mask.Source ?? "none"}",
        _ => throw new ArgumentOutOfRangeException(field),
    }).Append(mask.Mask.ToCocoString()));
}

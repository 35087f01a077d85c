using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Segmentation.Masks.Everything;

/// <summary>
/// Options of the automatic mask generator, with the names, meanings and defaults of segment-anything's
/// <c>SamAutomaticMaskGenerator</c>. <see cref="Validate"/> finds values that cannot be used.
/// </summary>
public sealed record EverythingOptions
{
    /// <summary>Defaults of the reference: 32 points a side, no crops.</summary>
    public static EverythingOptions Default { get; } = new();

    /// <summary><c>points_per_side</c>: points along each side of the grid, 1 to 1024. Null with PointGrids.</summary>
    public int? PointsPerSide { get; init; } = 32;

    /// <summary>
    /// <c>points_per_batch</c>: points in one unit of work, 1 to 4096. Changes how far the work can be spread and how
    /// soon it can be cancelled, never the masks.
    /// </summary>
    public int PointsPerBatch { get; init; } = 64;

    /// <summary><c>pred_iou_thresh</c>: masks need a predicted IoU above this, 0 to 1. At 0 all pass.</summary>
    public double PredIouThresh { get; init; } = 0.88;

    /// <summary><c>stability_score_thresh</c>: masks need a stability score of at least this, 0 to 1.</summary>
    public double StabilityScoreThresh { get; init; } = 0.95;

    /// <summary>
    /// <c>stability_score_offset</c>: distance in logits of the two levels of the stability score from the mask's
    /// threshold, 0 to 100.
    /// </summary>
    public double StabilityScoreOffset { get; init; } = 1.0;

    /// <summary><c>box_nms_thresh</c>: of masks whose boxes have a higher IoU than this one stays, 0 to 1.</summary>
    public double BoxNmsThresh { get; init; } = 0.7;

    /// <summary>
    /// <c>crop_n_layers</c>: layers of crops besides the whole image, 0 to 8. Layer i has (2^i)^2 crops.
    /// </summary>
    public int CropNLayers { get; init; }

    /// <summary><c>crop_nms_thresh</c>: as BoxNmsThresh, between masks of different crops.</summary>
    public double CropNmsThresh { get; init; } = 0.7;

    /// <summary>
    /// <c>crop_overlap_ratio</c>: how far crops of the first layer overlap, as a share of the image's shorter side, 0
    /// to below 1; crops of later layers overlap by proportionally less.
    /// </summary>
    public double CropOverlapRatio { get; init; } = 512.0 / 1500;

    /// <summary>
    /// <c>crop_n_points_downscale_factor</c>: layer i has PointsPerSide divided by this to the power of i, rounded
    /// down, points a side. At least 1.
    /// </summary>
    public int CropNPointsDownscaleFactor { get; init; } = 1;

    /// <summary>
    /// <c>point_grids</c>: points of the caller instead of PointsPerSide, one grid a layer, the whole image's first.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<GridPoint>>? PointGrids { get; init; }

    /// <summary>
    /// <c>min_mask_region_area</c>: detached regions and holes of fewer pixels are removed from the masks, and
    /// duplicates that this makes. 0 for none.
    /// </summary>
    public int MinMaskRegionArea { get; init; }

    /// <summary>
    /// An addition to the reference (appendix B of the SAM paper has 0.95): masks that cover at least this share of the
    /// whole image are dropped before duplicates are looked for, 0 to 1. 0 drops none, and is not written to JSON, so
    /// that processes which do not know the option read all others.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double MaxMaskAreaRatio { get; init; }

    /// <summary>An addition to the reference: the choice of points to decode. Default: all.</summary>
    public EverythingProfile Profile { get; init; }

    /// <summary>Finds all options that cannot be used.</summary>
    /// <returns>One entry for each; empty when all can be used.</returns>
    public IReadOnlyList<InvalidOption> Validate() => EverythingOptionsValidator.Check(this);

    /// <summary>
    /// Writes all options as JSON, defaults included, so that a process whose defaults are others reads the same
    /// options. Equal options give equal bytes.
    /// </summary>
    public byte[] ToJson() => OptionsJson.Write(this);

    /// <summary>Reads options that <see cref="ToJson"/> wrote; options that are missing have their defaults.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <exception cref="System.Text.Json.JsonException">
    /// The text has an option that this version does not know, or is no JSON.
    /// </exception>
    public static EverythingOptions FromJson(ReadOnlySpan<byte> json) => OptionsJson.Read(json);

    /// <summary>Computes a hash of all options, grids included: 32 hexadecimal digits.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(ToJson())[..16]);

    /// <exception cref="ArgumentException">An option cannot be used; the message names all of them.</exception>
    internal void ThrowIfInvalid()
    {
        var invalid = Validate();
        if (invalid.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', invalid.Select(i => i.Message)));
        }
    }
}

/// <summary>Choice of the grid points to decode.</summary>
public enum EverythingProfile
{
    /// <summary>All points, as in segment-anything's automatic mask generator.</summary>
    Faithful,

    /// <summary>
    /// Coarse to fine: a point is left out if it would probably find the same masks as an earlier one. Decodes a third
    /// of the points and misses some masks; docs/everything.md has the measured recall.
    /// </summary>
    Fast,
}

/// <summary>A point of a grid laid over a crop.</summary>
/// <param name="X">Share of the crop's width from its left edge, 0 to 1.</param>
/// <param name="Y">Share of the crop's height from its top edge, 0 to 1.</param>
public readonly record struct GridPoint(double X, double Y);

/// <summary>One option that cannot be used.</summary>
/// <param name="Name">The option, as the reference names it: <c>points_per_side</c>.</param>
/// <param name="Message">For the user: the option, its value, and the values allowed.</param>
public sealed record InvalidOption(string Name, string Message);

using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>Settings that determine the masks of a picture: the model and the options.</summary>
/// <param name="Model">The model's digest; if a server does not report it, <c>of</c> and the server's address.</param>
/// <param name="Options">The options.</param>
internal sealed record SearchSettings(string Model, EverythingOptions Options)
{
    private static readonly string _version = typeof(SearchSettings).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The version of this program, for example <c>0.1.0</c>.</summary>
    public static string Version => _version;

    /// <summary>Origin of files for several pictures.</summary>
    public ResultOrigin Origin => new(Version, ImageSha256: null, Model, Describe(Options));

    /// <summary>Returns the origin of a picture's result.</summary>
    /// <param name="imageSha256">SHA-256 of the picture's bytes, 64 lower-case hexadecimal digits.</param>
    public ResultOrigin OriginOf(string imageSha256) => Origin with { ImageSha256 = imageSha256 };

    /// <summary>Options that change the masks, by the names of the reference. The batch size does not.</summary>
    internal static JsonObject Describe(EverythingOptions options)
    {
        var described = new JsonObject
        {
            ["points_per_side"] = options.PointsPerSide,
            ["pred_iou_thresh"] = options.PredIouThresh,
            ["stability_score_thresh"] = options.StabilityScoreThresh,
            ["stability_score_offset"] = options.StabilityScoreOffset,
            ["box_nms_thresh"] = options.BoxNmsThresh,
            ["crop_n_layers"] = options.CropNLayers,
            ["crop_nms_thresh"] = options.CropNmsThresh,
            ["crop_overlap_ratio"] = options.CropOverlapRatio,
            ["crop_n_points_downscale_factor"] = options.CropNPointsDownscaleFactor,
            ["min_mask_region_area"] = options.MinMaskRegionArea,
            // Grids can have millions of points, and every result contains its origin.
            ["point_grids_sha256"] = options.PointGrids is { } grids
                ? Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(grids)))
                : null,
            ["profile"] = options.Profile == EverythingProfile.Fast ? "fast" : "faithful",
        };
        if (options.MaxMaskAreaRatio > 0)
        {
            described["max_mask_area_ratio"] = options.MaxMaskAreaRatio;
        }

        return described;
    }
}

using System.Globalization;
using System.Text.Json;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Files;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Settings of the results in a folder, kept there in <c>.segctl-everything</c>: continuing with other options would
/// mix results that cannot be distinguished.
/// </summary>
internal static class RunSettings
{
    private const string FileName = ".segctl-everything";

    /// <summary>Compares the folder's settings with these.</summary>
    /// <exception cref="CliException">The settings differ; the message names the differences.</exception>
    public static void Check(DirectoryInfo folder, SearchSettings settings)
    {
        var path = Path.Combine(folder.FullName, FileName);
        if (!File.Exists(path))
        {
            return;
        }

        var lines = Describe(settings.Options, settings.Model).ToArray();
        var before = File.ReadAllLines(path);
        var differences = lines.Except(before).Zip(before.Except(lines), (now, then) => $"{then} there, {now} now");
        if (!lines.SequenceEqual(before))
        {
            throw new CliException(
                $"{folder} has results of other settings ({string.Join("; ", differences)}): choose another "
                + "--output, or do all images again with --overwrite.");
        }
    }

    /// <summary>Writes the settings to the folder, for the next run.</summary>
    public static void Keep(DirectoryInfo folder, SearchSettings settings)
    {
        var lines = Describe(settings.Options, settings.Model);
        AtomicFile.Write(Path.Combine(folder.FullName, FileName), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.WriteLine(string.Join('\n', lines));
        });
    }

    /// <summary>Returns all settings that change the masks, a line each. The batch size does not.</summary>
    private static IEnumerable<string> Describe(EverythingOptions options, string modelDigest)
    {
        yield return $"model {modelDigest}";
        yield return $"profile {options.Profile}";
        yield return Line("points_per_side", options.PointsPerSide ?? 0);
        yield return Line("pred_iou_thresh", options.PredIouThresh);
        yield return Line("stability_score_thresh", options.StabilityScoreThresh);
        yield return Line("stability_score_offset", options.StabilityScoreOffset);
        yield return Line("box_nms_thresh", options.BoxNmsThresh);
        yield return Line("crop_n_layers", options.CropNLayers);
        yield return Line("crop_nms_thresh", options.CropNmsThresh);
        yield return Line("crop_overlap_ratio", options.CropOverlapRatio);
        yield return Line("crop_n_points_downscale_factor", options.CropNPointsDownscaleFactor);
        yield return Line("min_mask_region_area", options.MinMaskRegionArea);
        if (options.MaxMaskAreaRatio > 0)
        {
            // Folders that were begun before there was this option are gone on with.
            yield return Line("max_mask_area_ratio", options.MaxMaskAreaRatio);
        }

        yield return $"point_grids {JsonSerializer.Serialize(options.PointGrids)}";
    }

    private static string Line(string name, double value) =>
        $"{name} {value.ToString(CultureInfo.InvariantCulture)}";
}

using System.Globalization;

namespace Segmentation.Masks.Everything;

/// <summary>Finds options that cannot be used, all at once, each with its value and the values allowed.</summary>
internal static class EverythingOptionsValidator
{
    private const int MaxPointsPerSide = 1024;
    private const int MaxPointsPerBatch = 4096;
    private const int MaxStabilityOffset = 100;

    /// <summary>87,381 crops, one pass of the encoder each.</summary>
    private const int MaxLayers = 8;

    public static IReadOnlyList<InvalidOption> Check(EverythingOptions options)
    {
        var invalid = new List<InvalidOption>();
        Whole("points_per_batch", options.PointsPerBatch, 1, MaxPointsPerBatch);
        Share("pred_iou_thresh", options.PredIouThresh);
        Share("stability_score_thresh", options.StabilityScoreThresh);
        Number("stability_score_offset", options.StabilityScoreOffset, 0, MaxStabilityOffset);
        Share("box_nms_thresh", options.BoxNmsThresh);
        Whole("crop_n_layers", options.CropNLayers, 0, MaxLayers);
        Share("crop_nms_thresh", options.CropNmsThresh);
        if (options.CropOverlapRatio is not (>= 0 and < 1))
        {
            Add("crop_overlap_ratio", options.CropOverlapRatio, "0 to less than 1");
        }

        Whole("crop_n_points_downscale_factor", options.CropNPointsDownscaleFactor, 1, MaxPointsPerSide);
        Share("max_mask_area_ratio", options.MaxMaskAreaRatio);
        Whole("min_mask_region_area", options.MinMaskRegionArea, 0, int.MaxValue);
        if (!Enum.IsDefined(options.Profile))
        {
            Add("profile", (int)options.Profile, string.Join(" or ", Enum.GetNames<EverythingProfile>()));
        }

        CheckPoints();
        return invalid;

        void CheckPoints()
        {
            if (options.PointsPerSide is null == options.PointGrids is null)
            {
                var have = options.PointGrids is null ? "neither is" : "both are";
                invalid.Add(new(
                    "point_grids", $"Exactly one of points_per_side and point_grids is needed; {have} given."));
            }
            else if (options.PointGrids is { } grids)
            {
                invalid.AddRange(GridProblems(grids, options.CropNLayers + 1));
            }
            else
            {
                Whole("points_per_side", options.PointsPerSide!.Value, 1, MaxPointsPerSide);
                if (invalid.Count == 0 && PointGrid.PointsPerSide(options, options.CropNLayers) == 0)
                {
                    invalid.Add(new("crop_n_points_downscale_factor", NoPointsLeft(options)));
                }
            }
        }

        void Share(string name, double value) => Number(name, value, 0, 1);

        void Number(string name, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
            {
                Add(name, value, $"{Text(least)} to {Text(most)}");
            }
        }

        void Whole(string name, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                Add(name, value, most == int.MaxValue ? $"at least {least}" : $"{least} to {most}");
            }
        }

        void Add(string name, double value, string allowed) =>
            invalid.Add(new(name, $"{name} is {Text(value)}; allowed is {allowed}."));
    }

    private static IEnumerable<InvalidOption> GridProblems(
        IReadOnlyList<IReadOnlyList<GridPoint>> grids, int layers)
    {
        const string Name = "point_grids";
        if (grids.Count < layers)
        {
            yield return new(Name, $"point_grids has {grids.Count} grids; allowed is at least {layers}, one for the "
                + $"whole image and one for each of the {layers - 1} crop layers.");
        }

        for (var layer = 0; layer < grids.Count; layer++)
        {
            if (grids[layer].Count == 0)
            {
                yield return new(Name, $"point_grids[{layer}] has 0 points; allowed is at least 1.");
            }

            var outside = grids[layer].Where(p => p is not { X: >= 0 and <= 1, Y: >= 0 and <= 1 }).Take(1);
            foreach (var point in outside)
            {
                yield return new(Name, $"point_grids[{layer}] has the point {Text(point.X)}, {Text(point.Y)}; allowed "
                    + "is 0 to 1, shares of the crop's width and height.");
            }
        }
    }

    private static string NoPointsLeft(EverythingOptions options) =>
        $"crop_n_points_downscale_factor is {options.CropNPointsDownscaleFactor}, which leaves no points for crop "
        + $"layer {options.CropNLayers} of {options.PointsPerSide} points_per_side; allowed is a factor whose power of "
        + $"{options.CropNLayers} is at most {options.PointsPerSide}.";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Reading;

/// <summary>Options of everything in a picture, by the names of segment-anything's automatic mask generator.</summary>
public static class SearchFields
{
    // The server's own bounds, which it checks.
    private const int Most = int.MaxValue;

    /// <summary>Reads the options that are there; the others keep segment-anything's defaults.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: one of them is no number.</exception>
    public static EverythingOptions Read(RequestFields fields)
    {
        var options = new EverythingOptions();
        Whole("points_per_side", value => options.PointsPerSide = value);
        Whole("points_per_batch", value => options.PointsPerBatch = value);
        Number("pred_iou_thresh", value => options.PredIouThresh = value);
        Number("stability_score_thresh", value => options.StabilityScoreThresh = value);
        Number("stability_score_offset", value => options.StabilityScoreOffset = value);
        Number("box_nms_thresh", value => options.BoxNmsThresh = value);
        Whole("crop_n_layers", value => options.CropNLayers = value);
        Number("crop_nms_thresh", value => options.CropNmsThresh = value);
        Number("crop_overlap_ratio", value => options.CropOverlapRatio = value);
        Whole("crop_n_points_downscale_factor", value => options.CropNPointsDownscaleFactor = value);
        Whole("min_mask_region_area", value => options.MinMaskRegionArea = value);
        return options;

        void Whole(string name, Action<uint> set)
        {
            if (fields.Whole(name, 0, Most) is { } value)
            {
                set((uint)value);
            }
        }

        void Number(string name, Action<double> set)
        {
            if (fields.Number(name, 0, Most) is { } value)
            {
                set(value);
            }
        }
    }
}

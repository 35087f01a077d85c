namespace Segmentation.Doors.OpenInference;

/// <summary>Names of the models' tensors.</summary>
internal static class InferenceTensors
{
    /// <summary>A picture's file.</summary>
    public const string Image = "image";

    /// <summary>Id of a picture, <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public const string ImageId = "image_id";

    /// <summary>Width of the upright picture in pixels.</summary>
    public const string Width = "width";

    /// <summary>Height of the upright picture in pixels.</summary>
    public const string Height = "height";

    /// <summary>Points of one prompt, x and y in pixels: n, 2.</summary>
    public const string PointCoords = "point_coords";

    /// <summary>1 inside, 0 outside of the object, for each point: n.</summary>
    public const string PointLabels = "point_labels";

    /// <summary>Left, top, right and bottom edge in pixels: m, 4. Each is a prompt.</summary>
    public const string Boxes = "boxes";

    /// <summary>Pixels of the masks, 1 inside: k, height, width.</summary>
    public const string Masks = "masks";

    /// <summary>The masks as JSON of COCO's run lengths: k.</summary>
    public const string Rle = "rle";

    /// <summary>The model's own estimate of the masks' IoU with the object: k.</summary>
    public const string Iou = "iou";

    /// <summary>The masks' stability scores: k.</summary>
    public const string Stability = "stability_score";

    /// <summary>The masks' boxes, as <see cref="Boxes"/>: k, 4.</summary>
    public const string Bbox = "bbox";

    /// <summary>Number of the prompt that a mask answers, from 0: k.</summary>
    public const string Prompt = "prompt";
}

namespace Segmentation.Sam.Decoding;

/// <summary>Order in which a model takes the points of a prompt, and its rule for padding.</summary>
internal enum PromptOrder
{
    /// <summary>SAM 1: the points, then the corners of the box; one padding point where there is no box.</summary>
    PointsFirst,

    /// <summary>SAM 2: the corners of the box, then the points; always one padding point at the end.</summary>
    BoxFirst,
}

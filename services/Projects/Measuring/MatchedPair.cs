namespace Segmentation.Projects.Measuring;

/// <summary>Two masks that are the same object.</summary>
/// <param name="First">Place in the first list.</param>
/// <param name="Second">Place in the second list.</param>
/// <param name="IoU">Their intersection over union, 0 to 1.</param>
internal readonly record struct MatchedPair(int First, int Second, double IoU);

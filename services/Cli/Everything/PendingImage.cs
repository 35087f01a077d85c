namespace Segmentation.Cli.Everything;

/// <summary>An image to search.</summary>
/// <param name="Image">The image.</param>
/// <param name="Again">Why the existing result is not valid; null if there is no result.</param>
internal sealed record PendingImage(ImageFile Image, string? Again);

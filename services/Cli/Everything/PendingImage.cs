namespace Segmentation.Cli.Everything;

/// <summary>An image to search.</summary>
/// <param name="Image">The image.</param>
/// <param name="Again">Why the result that is there does not stand; null where there is none.</param>
internal sealed record PendingImage(ImageFile Image, string? Again);

namespace Segmentation.Cli.Everything;

/// <summary>An image in COCO's layout, and the SHA-256 of its bytes.</summary>
internal sealed record CocoImage(
    int Id,
    int Width,
    int Height,
    string FileName,
    int License,
    string FlickrUrl,
    string CocoUrl,
    string DateCaptured,
    string? Sha256);

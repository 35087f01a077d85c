namespace Segmentation.Cli.Everything;

/// <summary>Formats that <c>segctl everything</c> writes.</summary>
internal enum OutputFormat
{
    /// <summary>One JSON file an image, laid out as those of SA-1B.</summary>
    Sa1b,

    /// <summary>One JSON file for all images, as COCO's tools read it.</summary>
    Coco,

    /// <summary>One picture an image with the masks drawn on it.</summary>
    Png,
}

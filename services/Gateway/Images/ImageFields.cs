namespace Segmentation.Gateway.Images;

/// <summary>Names of an image's id and model in a request, for violations.</summary>
/// <param name="Id">The field with the id.</param>
/// <param name="Model">The field with the model.</param>
internal sealed record ImageFields(string Id, string Model)
{
    /// <summary>Fields of requests about an image.</summary>
    public static ImageFields OfImage { get; } = new("id", "model");

    /// <summary>Fields of requests that segment an image.</summary>
    public static ImageFields OfSegmentation { get; } = new("image_id", "model");
}

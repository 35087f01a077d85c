namespace Segmentation.Gateway.Images;

/// <summary>What the parts of an upload are called where it came from, for violations.</summary>
/// <param name="Bytes">The file's bytes.</param>
/// <param name="Size">The size announced.</param>
internal sealed record UploadFields(string Bytes, string Size)
{
    /// <summary>Fields of UploadImageRequest.</summary>
    public static UploadFields Grpc { get; } = new("chunk", "metadata.size_bytes");

    /// <summary>Parts of an HTTP request.</summary>
    public static UploadFields Http { get; } = new("body", "Content-Length");
}

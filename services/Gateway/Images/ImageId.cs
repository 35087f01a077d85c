using Segmentation.Embeddings;

namespace Segmentation.Gateway.Images;

/// <summary>Public names of images: <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
internal static class ImageId
{
    /// <summary>Form of an id, for error messages.</summary>
    public const string Form = "'sha256:' followed by 64 lower-case hexadecimal digits";

    private const string Prefix = "sha256:";

    /// <summary>The id of an image's hash.</summary>
    public static string Of(string sha256) => Prefix + sha256;

    /// <summary>The hash that an id names; null when the text is no id.</summary>
    public static string? Sha256Of(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && EmbeddingKey.IsSha256(id.AsSpan(Prefix.Length))
            ? id[Prefix.Length..]
            : null;
}

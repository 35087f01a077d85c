namespace Segmentation.Projects.Objects;

/// <summary>Keys of objects. Every key begins with its tenant, so that knowing a hash gives nobody a picture.</summary>
internal static class ObjectKeys
{
    /// <summary>A picture's file.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="sha256">SHA-256 of the file, 32 bytes.</param>
    public static string Picture(string tenant, ReadOnlySpan<byte> sha256)
    {
        var hex = Convert.ToHexStringLower(sha256);
        return $"{tenant}/pictures/{hex[..2]}/{hex}";
    }

    /// <summary>A picture's thumbnail.</summary>
    public static string Thumbnail(string tenant, ReadOnlySpan<byte> sha256)
    {
        var hex = Convert.ToHexStringLower(sha256);
        return $"{tenant}/thumbnails/{hex[..2]}/{hex}.jpg";
    }

    /// <summary>Result of a transfer.</summary>
    public static string Result(string tenant, long transfer) => $"{tenant}/results/{transfer}";

    /// <summary>Part of an upload, numbered by its first byte.</summary>
    public static string UploadPart(string tenant, Guid upload, long offset) =>
        $"{tenant}/uploads/{upload:n}/{offset:d15}";
}

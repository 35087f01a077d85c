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

    /// <summary>Part of an upload.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">First byte of the part within the file.</param>
    /// <param name="attempt">Attempt to send the part: two at once do not write one object.</param>
    public static string UploadPart(string tenant, Guid upload, long offset, Guid attempt) =>
        $"{Uploads(tenant, upload)}{offset:d15}-{attempt:n}";

    /// <summary>Beginning of the keys of all parts of an upload.</summary>
    public static string Uploads(string tenant, Guid upload) => $"{tenant}/uploads/{upload:n}/";
}

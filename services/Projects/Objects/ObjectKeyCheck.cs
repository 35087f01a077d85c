using System.Buffers;

namespace Segmentation.Projects.Objects;

/// <summary>Checks keys before they become paths.</summary>
internal static class ObjectKeyCheck
{
    /// <summary>Longest key: S3 allows 1,024 bytes, the prefix of a store included.</summary>
    private const int MaxLength = 800;

    private static readonly SearchValues<char> _letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./");

    /// <summary>
    /// Tells whether a key has the form that all stores take: letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and
    /// <c>/</c>; no part of the path is empty or begins with a dot.
    /// </summary>
    public static bool IsValid(string? key) =>
        key is { Length: > 0 and <= MaxLength }
            && key.AsSpan().IndexOfAnyExcept(_letters) < 0
            && key[0] is not ('/' or '.')
            && key[^1] != '/'
            && !key.Contains("//", StringComparison.Ordinal)
            && !key.Contains("/.", StringComparison.Ordinal);

    /// <summary>Returns a key that has the form.</summary>
    /// <exception cref="ArgumentException">A bug: the key was made of something that came from outside.</exception>
    public static string Checked(string key) => IsValid(key)
        ? key
        : throw new ArgumentException($"'{key}' is no key of an object.", nameof(key));
}

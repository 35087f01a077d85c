using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Common;

/// <summary>Names of tenants. They are part of keys in Redis and of log lines, so few characters are allowed.</summary>
public static class TenantName
{
    /// <summary>The allowed form, as errors say it.</summary>
    public const string Rule = "1 to 63 of a-z, 0-9 and '-'";

    private const int MaxLength = 63;
    private static readonly SearchValues<char> _letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Tells whether a name has the allowed form.</summary>
    public static bool IsValid([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxLength } && name.AsSpan().IndexOfAnyExcept(_letters) < 0;
}

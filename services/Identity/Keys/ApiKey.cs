using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Segmentation.Identity.Keys;

/// <summary>
/// An API key as its holder has it: <c>seg_&lt;id&gt;_&lt;secret&gt;</c>. The id has 8 letters and digits and is no
/// secret. The secret is 256 random bits in 43 letters and digits, and 6 more that are a checksum (CRC-32) of all
/// before them, which tells a mistyped key from a wrong one without a look at any store, and lets scanners for leaked
/// secrets find keys.
/// </summary>
public sealed class ApiKey
{
    /// <summary>Beginning of every key.</summary>
    public const string Prefix = "seg_";

    /// <summary>Length of a key in characters.</summary>
    public const int Length = 4 + IdLength + 1 + SecretLength + ChecksumLength;

    /// <summary>Length of an id in characters.</summary>
    public const int IdLength = 8;

    private const int SecretLength = 43;
    private const int ChecksumLength = 6;
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> _digits = SearchValues.Create(Digits);

    private ApiKey(string text) => Text = text;

    /// <summary>The id, which logs and lists may show.</summary>
    public string Id => Text.Substring(Prefix.Length, IdLength);

    /// <summary>The whole key. Whoever knows it is its holder: it must not be logged or stored.</summary>
    public string Text { get; }

    /// <summary>
    /// SHA-256 of the whole key: 32 bytes. A slow hash would add nothing, since the secret cannot be guessed.
    /// </summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>Makes a key of the system's random numbers.</summary>
    public static ApiKey Create()
    {
        // 43 digits of base 62 hold 256.03 bits, chosen evenly.
        var text = $"{Prefix}{RandomNumberGenerator.GetString(Digits, IdLength)}_"
            + RandomNumberGenerator.GetString(Digits, SecretLength);
        return new(text + Checksum(text));
    }

    /// <summary>Reads a key.</summary>
    /// <param name="text">Text that somebody sent.</param>
    /// <param name="key">The key; null when the text is none.</param>
    /// <returns>Whether it is a key, a mistyped or cut one, or something else.</returns>
    public static ApiKeyForm Read(string? text, out ApiKey? key)
    {
        key = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return ApiKeyForm.None;
        }

        const int Underscore = 4 + IdLength;
        var isKey = text.Length == Length && text[Underscore] == '_'
            && text.AsSpan(Prefix.Length, IdLength).IndexOfAnyExcept(_digits) < 0
            && text.AsSpan(Underscore + 1).IndexOfAnyExcept(_digits) < 0
            && text.AsSpan(Length - ChecksumLength).SequenceEqual(Checksum(text[..^ChecksumLength]));
        if (!isKey)
        {
            return ApiKeyForm.Mistyped;
        }

        key = new(text);
        return ApiKeyForm.Key;
    }

    /// <summary>The id alone, so that no log line holds a secret by accident.</summary>
    public override string ToString() => $"{Prefix}{Id}";

    private static string Checksum(string text)
    {
        var rest = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(text));
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--)
        {
            digits[i] = Digits[(int)(rest % (uint)Digits.Length)];
            rest /= (uint)Digits.Length;
        }

        return new(digits);
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>
/// Reads bytes in base64: either alphabet, padded or not, as proto3 JSON allows; white space between lines is skipped,
/// as mail programs write it.
/// </summary>
internal static class JsonBytes
{
    private const byte Padding = (byte)'=';

    private static readonly SearchValues<byte> _alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>Reads the text at hand.</summary>
    /// <param name="reader">At a text.</param>
    /// <param name="problem">The mistake in the text, as the rest of a sentence.</param>
    /// <returns>The bytes, which nobody else holds; null when the text is no base64.</returns>
    public static ByteString? Read(ref Utf8JsonReader reader, ref string problem)
    {
        if (!reader.ValueIsEscaped && !reader.ValueSpan.TrimEnd(Padding).ContainsAnyExcept(_alphabet))
        {
            return Decode(reader.ValueSpan, ref problem);
        }

        var copy = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = Normalise(copy.AsSpan(0, reader.CopyString(copy)));
            return Decode(copy.AsSpan(0, length), ref problem);
        }
        catch (InvalidOperationException)
        {
            problem = "is no base64: it is no valid Unicode";
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Puts a text into the first alphabet and takes its white space out.</summary>
    private static int Normalise(Span<byte> text)
    {
        var length = 0;
        foreach (var character in text)
        {
            if (character is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                text[length++] = character switch
                {
                    (byte)'-' => (byte)'+',
                    (byte)'_' => (byte)'/',
                    _ => character,
                };
            }
        }

        return length;
    }

    private static ByteString? Decode(ReadOnlySpan<byte> text, ref string problem)
    {
        var digits = text.TrimEnd(Padding);
        var padding = text.Length - digits.Length;
        if (digits.IndexOfAnyExcept(_alphabet) is >= 0 and var wrong)
        {
            problem = $"is no base64: its character {wrong + 1} is of neither alphabet";
            return null;
        }

        if (digits.Length % 4 == 1 || padding > 2 || (padding > 0 && text.Length % 4 != 0))
        {
            problem = $"is no base64: {digits.Length} digits and {padding} of padding are not whole bytes";
            return null;
        }

        var whole = digits.Length / 4 * 4;
        Span<byte> tail = [Padding, Padding, Padding, Padding];
        digits[whole..].CopyTo(tail);
        var bytes = new byte[digits.Length * 3L / 4];
        Base64.DecodeFromUtf8(digits[..whole], bytes, out _, out var written);
        if (digits.Length > whole)
        {
            // Bits left over in the last digit are not looked at: some encoders leave them set.
            var last = digits.Length - whole;
            Span<byte> end = stackalloc byte[3];
            tail[last - 1] = WithoutSpareBits(tail[last - 1], last);
            Base64.DecodeFromUtf8(tail, end, out _, out var more);
            end[..more].CopyTo(bytes.AsSpan(written));
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static byte WithoutSpareBits(byte digit, int digits)
    {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        var value = alphabet.IndexOf(digit);
        return alphabet[digits == 2 ? value & ~0xF : value & ~3];
    }
}

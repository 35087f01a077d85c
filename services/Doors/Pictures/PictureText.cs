using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Pictures;

/// <summary>Pictures in JSON texts: base64, or a data URL (RFC 2397) of base64.</summary>
public static class PictureText
{
    private static ReadOnlySpan<byte> DataScheme => "data:"u8;

    private static ReadOnlySpan<byte> Base64Mark => ";base64,"u8;

    /// <summary>Tells whether a text is a data URL.</summary>
    public static bool IsDataUrl(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The bytes of a picture; the text itself is never copied.</summary>
    /// <param name="element">A JSON text.</param>
    /// <param name="field">Its path in the request, for errors.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no text, no base64, or empty.</exception>
    public static byte[] Decode(JsonElement element, string field)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw DoorProblem.Invalid(field, "Missing: a picture's file in base64 is needed.");
        }

        var raw = JsonMarshal.GetRawUtf8Value(element);
        var text = raw[1..^1];
        return text.Contains((byte)'\\') ? Decode(Encoding.UTF8.GetBytes(element.GetString()!), field) : Decode(text, field);
    }

    /// <summary>The bytes of a picture.</summary>
    /// <param name="text">Base64, or a data URL, in UTF-8; spaces and line breaks are allowed, padding may be missing.</param>
    /// <param name="field">Its path in the request, for errors.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no base64, or empty.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> text, string field)
    {
        var base64 = text;
        if (Ascii.EqualsIgnoreCase(text[..Math.Min(DataScheme.Length, text.Length)], DataScheme))
        {
            var mark = text[..Math.Min(text.Length, 512)].IndexOf(Base64Mark);
            base64 = mark >= 0
                ? text[(mark + Base64Mark.Length)..]
                : throw DoorProblem.Invalid(field, "A data URL without ';base64,': send the picture's file in base64.");
        }

        base64 = base64.Trim(" \r\n\t"u8);
        return Bytes(base64, field) is { Length: > 0 } bytes
            ? bytes
            : throw DoorProblem.Invalid(field, "Empty: a picture's file in base64 is needed.");
    }

    private static byte[] Bytes(ReadOnlySpan<byte> base64, string field)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(base64.Length) + 3);
        var status = Base64.DecodeFromUtf8(base64, bytes, out var read, out var written);
        var rest = base64[read..];
        if (status == OperationStatus.Done)
        {
            return bytes.AsSpan(0, written).ToArray();
        }

        // The last group, or what a client without padding left of it.
        Span<byte> last = stackalloc byte[4];
        last.Fill((byte)'=');
        if (rest.Length is > 1 and < 4)
        {
            rest.CopyTo(last);
            if (Base64.DecodeFromUtf8(last, bytes.AsSpan(written), out _, out var more) == OperationStatus.Done)
            {
                return bytes.AsSpan(0, written + more).ToArray();
            }
        }

        throw DoorProblem.Invalid(field, $"No base64: wrong at character {read + 1}. Send the picture's file in base64.");
    }
}

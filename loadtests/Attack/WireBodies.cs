using System.IO.Compression;
using System.Text;

namespace Segmentation.LoadTests.Attack;

/// <summary>Bodies of requests that no generated code would write.</summary>
internal static class WireBodies
{
    /// <summary>SegmentRequest.prompts, SegmentEverythingRequest.options.</summary>
    private const byte Third = 0x1A;

    /// <summary>EverythingOptions.point_grids.</summary>
    private const byte Eleventh = 0x5A;

    /// <summary>A SegmentRequest of empty prompts, two bytes each.</summary>
    public static byte[] EmptyPrompts(int count) => Pairs(Third, count);

    /// <summary>A SegmentEverythingRequest whose options are empty point grids, two bytes each.</summary>
    public static byte[] EmptyGrids(int count) => [.. FieldOf(3, count * 2), .. Pairs(Eleventh, count)];

    /// <summary>A SegmentStreamRequest with a prompt of empty points, two bytes each.</summary>
    public static byte[] SessionPoints(int count)
    {
        var points = Pairs(0x0A, count);
        var prompt = FieldOf(2, points.Length);
        return [.. FieldOf(2, prompt.Length + points.Length), .. prompt, .. points];
    }

    /// <summary>
    /// The JSON of a request with many empty prompts, or of a session's message with many empty points.
    /// </summary>
    /// <param name="before">What comes before the list's elements.</param>
    /// <param name="bytes">Bytes of all elements.</param>
    /// <param name="after">What comes behind the last one.</param>
    public static byte[] EmptyObjects(string before, int bytes, string after)
    {
        var text = new byte[bytes / 3 * 3];
        for (var i = 0; i < text.Length; i += 3)
        {
            "{},"u8.CopyTo(text.AsSpan(i));
        }

        return [.. Encoding.ASCII.GetBytes(before), .. text, .. Encoding.ASCII.GetBytes($"{{}}{after}")];
    }

    /// <summary>Brackets within brackets.</summary>
    public static byte[] Nested(int levels) =>
        [.. """{"imageId": "sha256:0", "prompts": """u8, .. Enumerable.Repeat((byte)'[', levels)];

    /// <summary>Bytes as gzip.</summary>
    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Tag and length of a field that is bytes or a message.</summary>
    public static byte[] FieldOf(int number, int length)
    {
        var head = new List<byte> { (byte)((number << 3) | 2) };
        for (var left = (uint)length; ; left >>= 7)
        {
            if (left < 0x80)
            {
                head.Add((byte)left);
                return [.. head];
            }

            head.Add((byte)(left | 0x80));
        }
    }

    private static byte[] Pairs(byte tag, int count)
    {
        var bytes = new byte[count * 2];
        for (var i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = tag;
        }

        return bytes;
    }
}

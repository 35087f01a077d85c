using System.Buffers.Binary;
using Segmentation.Masks.Png;

namespace Segmentation.Doors.Tests.Geography;

/// <summary>Writes small GeoTIFFs: RGB of 8 bits, one strip, uncompressed.</summary>
internal static class GeoPicture
{
    /// <summary>Keys of a projected system: model type 1, pixels as areas, its code.</summary>
    public static ushort[] Projected(int epsg) => [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, (ushort)epsg];

    /// <summary>Keys of a geographic system.</summary>
    public static ushort[] Geographic(int epsg) => [1, 1, 0, 2, 1024, 0, 1, 2, 2048, 0, 1, (ushort)epsg];

    /// <summary>The photograph of the tests as GeoTIFF.</summary>
    public static byte[] Photo(params (int Tag, object Values)[] tags)
    {
        var pixels = PngReader.Read(RunningDoors.Coffee, 1_000_000);
        var rgb = new byte[3 * pixels.Width * pixels.Height];
        for (var i = 0; i < rgb.Length / 3; i++)
        {
            var colour = pixels[i % pixels.Width, i / pixels.Width];
            (rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]) = ((byte)colour, (byte)(colour >> 8), (byte)(colour >> 16));
        }

        return Write(pixels.Width, pixels.Height, rgb, isLittle: true, isBig: false, tags);
    }

    /// <summary>A picture of one pixel.</summary>
    public static byte[] Dot(bool isLittle, bool isBig, params (int Tag, object Values)[] tags) =>
        Write(1, 1, [1, 2, 3], isLittle, isBig, tags);

    private static byte[] Write(
        int width, int height, byte[] rgb, bool isLittle, bool isBig, (int Tag, object Values)[] tags)
    {
        var start = isBig ? 16 : 8;
        (int Tag, object Values)[] all =
        [
            (256, new uint[] { (uint)width }), (257, new uint[] { (uint)height }), (258, new ushort[] { 8, 8, 8 }),
            (259, new ushort[] { 1 }), (262, new ushort[] { 2 }), (273, new uint[] { (uint)start }),
            (277, new ushort[] { 3 }), (278, new uint[] { (uint)height }), (279, new uint[] { (uint)rgb.Length }), .. tags,
        ];
        using var file = new MemoryStream();
        void Number(ulong value, int bytes)
        {
            Span<byte> eight = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
            var part = eight[..bytes];
            if (!isLittle)
            {
                part.Reverse();
            }

            file.Write(part);
        }

        var directory = start + rgb.Length + (rgb.Length % 2);
        file.Write(isLittle ? "II"u8 : "MM"u8);
        Number(isBig ? 43u : 42u, 2);
        if (isBig)
        {
            Number(8, 2);
            Number(0, 2);
        }

        Number((ulong)directory, isBig ? 8 : 4);
        file.Write(rgb);
        file.SetLength(directory);
        file.Position = directory;
        Number((ulong)all.Length, isBig ? 8 : 2);
        var room = isBig ? 8 : 4;
        var behind = directory + (isBig ? 16 : 6) + (all.Length * (isBig ? 20 : 12));
        List<byte[]> later = [];
        foreach (var (tag, values) in all.OrderBy(one => one.Tag))
        {
            var (type, bytes) = Bytes(values, isLittle);
            Number((ulong)tag, 2);
            Number((ulong)type, 2);
            Number((ulong)((Array)values).Length, isBig ? 8 : 4);
            if (bytes.Length <= room)
            {
                file.Write([.. bytes, .. new byte[room - bytes.Length]]);
                continue;
            }

            Number((ulong)behind, room);
            later.Add(bytes);
            behind += bytes.Length;
        }

        Number(0, room);
        later.ForEach(bytes => file.Write(bytes));
        return file.ToArray();
    }

    private static (int Type, byte[] Bytes) Bytes(object values, bool isLittle) => values switch
    {
        byte[] text => (2, text),
        ushort[] shorts => (3, [.. shorts.SelectMany(value => Ordered(BitConverter.GetBytes(value), isLittle))]),
        uint[] longs => (4, [.. longs.SelectMany(value => Ordered(BitConverter.GetBytes(value), isLittle))]),
        double[] doubles => (12, [.. doubles.SelectMany(value => Ordered(BitConverter.GetBytes(value), isLittle))]),
        _ => throw new ArgumentException("No values of a TIFF.", nameof(values)),
    };

    private static IEnumerable<byte> Ordered(byte[] bytes, bool isLittle) =>
        isLittle == BitConverter.IsLittleEndian ? bytes : bytes.AsEnumerable().Reverse();
}

using System.Buffers.Binary;
using System.Text;
using NetVips;
using Segmentation.Projects.Tests.Fixtures;

namespace Segmentation.Projects.Tests.Pictures.Metadata;

/// <summary>Files that say where, when, with what and of whom they were taken.</summary>
internal static class PersonalFiles
{
    /// <summary>Stands in every piece of personal metadata.</summary>
    public const string Secret = "SECRET-7391";

    /// <summary>Latitude of the place, as the EXIF fields hold it: 47/1 22/1 8191/1.</summary>
    public static readonly byte[] Latitude =
        [0, 0, 0, 47, 0, 0, 0, 1, 0, 0, 0, 22, 0, 0, 0, 1, 0, 0, 0x1F, 0xFF, 0, 0, 0, 1];

    private static readonly byte[] _xmp = Encoding.UTF8.GetBytes(
        $"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
            + $"<rdf:Description exif:GPSLatitude=\"47,22N\" dc:creator=\"{Secret}\"/></rdf:RDF></x:xmpmeta>");

    /// <summary>A file of a kind.</summary>
    /// <param name="extension">For example <c>.jpg</c>.</param>
    /// <param name="orientation">EXIF orientation.</param>
    public static byte[] Of(string extension, int orientation = 1)
    {
        var file = TestImages.File(extension, width: 61, height: 37, change: image =>
        {
            image.Set(GValue.GIntType, "orientation", orientation);
            image.Set(GValue.BlobType, "xmp-data", _xmp);
            image.Set(GValue.BlobType, "iptc-data", Encoding.UTF8.GetBytes($"\x1c\x02\x50\0\x0b{Secret}"));
            image.Set(GValue.GStrType, "exif-ifd0-Make", $"{Secret} ({Secret}, ASCII, 12 components, 12 bytes)");
            image.Set(GValue.GStrType, "exif-ifd2-DateTimeOriginal", "2026:01:02 03:04:05");
            image.Set(
                GValue.GStrType, "exif-ifd3-GPSLatitude", "47/1 22/1 8191/1 (47, 22, 8191, Rational, 3 components, "
                    + "24 bytes)");
            image.Set(GValue.GStrType, "png-comment-0-Author", Secret);
        });
        return extension.Split('[')[0] switch
        {
            ".jpg" => [.. file[..2], .. Comment(), .. file[2..], .. "trailer "u8, .. Encoding.ASCII.GetBytes(Secret)],
            ".gif" => Gif(file),
            ".tif" => Tiff(file),
            _ => file,
        };
    }

    private static byte[] Comment()
    {
        var text = Encoding.ASCII.GetBytes(Secret);
        return [0xFF, 0xFE, 0, (byte)(text.Length + 2), .. text];
    }

    private static byte[] Gif(byte[] file)
    {
        var text = Encoding.ASCII.GetBytes(Secret);
        var at = 13 + ((file[10] & 0x80) == 0 ? 0 : 3 << ((file[10] & 7) + 1));
        return
        [
            .. file[..at],
            0x21, 0xFE, (byte)text.Length, .. text, 0,
            0x21, 0xFF, 11, .. "XMP DataXMP"u8, (byte)text.Length, .. text, 0,
            .. file[at..],
        ];
    }

    /// <summary>
    /// Puts a make and a directory of GPS fields behind a little-endian TIFF, and a new first directory.
    /// </summary>
    private static byte[] Tiff(byte[] file)
    {
        var start = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));
        var count = BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(start));
        var entries = Enumerable.Range(0, count).Select(i => file[(start + 2 + (i * 12))..][..12]).ToList();
        var text = Encoding.ASCII.GetBytes(Secret + "\0");
        var makeAt = (file.Length + 1) & ~1;
        var latitudeAt = makeAt + text.Length;
        var gpsAt = latitudeAt + Latitude.Length;
        var newStart = gpsAt + 18;
        entries.Add(Entry(271, 2, text.Length, makeAt));
        entries.Add(Entry(34853, 4, 1, gpsAt));
        entries.Sort((left, right) => BitConverter.ToUInt16(left).CompareTo(BitConverter.ToUInt16(right)));
        byte[] result =
        [
            .. file, .. new byte[makeAt - file.Length], .. text, .. Latitude,
            1, 0, .. Entry(2, 5, 3, latitudeAt), 0, 0, 0, 0,
            (byte)entries.Count, 0, .. entries.SelectMany(entry => entry), 0, 0, 0, 0,
        ];
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), newStart);
        return result;
    }

    private static byte[] Entry(ushort tag, ushort type, int count, int value) =>
    [
        .. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(count),
        .. BitConverter.GetBytes(value),
    ];
}

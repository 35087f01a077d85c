using Segmentation.Doors.Geography;
using Segmentation.Fuzz.Engine;

namespace Segmentation.Fuzz.Targets;

/// <summary>The tags that give a GeoTIFF its place on the map, and the file that is written with them.</summary>
internal sealed class GeoTiffTarget : IFuzzTarget
{
    private static readonly ushort[] _utm = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32633];
    private static readonly ushort[] _degrees = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326];

    public int MaxLength => 2048;

    public IReadOnlyList<byte[]> Words =>
    [
        "II"u8.ToArray(), "MM"u8.ToArray(), [0, 42], [42, 0], [43, 0, 8, 0], [0, 43, 0, 8],
        [0x0E, 0x83], [0x82, 0x84], [0xD8, 0x85], [0xAF, 0x87], [0xB0, 0x87], [0xB1, 0x87],
    ];

    public IEnumerable<byte[]> Seeds =>
    [
        Write(new([2, 2, 0], [0, 0, 0, 500_000, 5_000_000, 0], [], _utm, [6378137], "WGS 84|\0"u8.ToArray())),
        Write(new([], [], [0.1, 0, 0, 12, 0, -0.1, 0, 45, 0, 0, 0, 0, 0, 0, 0, 1], _degrees, [], [])),
        Write(new([1, 1, 0], [], [], [], [], [])),
    ];

    public long AllocationLimit(int length) => (1024 * 1024) + (100L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        Georeference? read;
        try
        {
            read = Georeference.Read(input);
        }
        catch (FormatException)
        {
            return;
        }

        if (read is not null)
        {
            var written = Georeference.Read(Write(read.Tags));
            Require.That(
                written is not null && written.Map == read.Map && written.Epsg == read.Epsg,
                () => $"{read.Map}, {read.Epsg} is written as {written?.Map}, {written?.Epsg}");
        }
    }

    private static byte[] Write(GeoTags tags) => GeoTiffFile.Write(1, 1, 1, new byte[1], tags, CancellationToken.None);
}

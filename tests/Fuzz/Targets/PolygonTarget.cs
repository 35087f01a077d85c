using Segmentation.Fuzz.Engine;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;
using Segmentation.Masks.Tests.Polygons;

namespace Segmentation.Fuzz.Targets;

/// <summary>Outlines and small regions of masks: two sides, an area, then pixels by bits.</summary>
internal sealed class PolygonTarget : IFuzzTarget
{
    private const int MostSide = 48;

    public int MaxLength => 3 + (MostSide * MostSide / 8);

    public IEnumerable<byte[]> Seeds =>
    [
        [7, 7, 3, 0b1010_1010, 0b0101_0101, 0b1010_1010, 0b0101_0101, 0b1010_1010, 0b0101_0101, 0b1010_1010, 0b0101_0101],
        [9, 9, 2, 0, 0x7E, 0x42, 0x5A, 0x42, 0x7E, 0, 0xFF, 0xFF, 0xFF],
        [1, 1, 1, 1],
        [47, 47, 20, .. Enumerable.Repeat<byte>(0xFF, 288)],
    ];

    public long AllocationLimit(int length) => 8L * 1024 * 1024;

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var (height, width, area) = ((bytes.Byte() % MostSide) + 1, (bytes.Byte() % MostSide) + 1, bytes.Byte());
        var pixels = new byte[height * width];
        for (var pixel = 0; pixel < pixels.Length; pixel++)
        {
            var at = pixel / 8;
            pixels[pixel] = at < bytes.Rest.Length ? (byte)((bytes.Rest[at] >> (pixel % 8)) & 1) : (byte)0;
        }

        var mask = RunLengths.FromBytes(height, width, pixels);
        CountsTarget.Check(mask);
        var rings = MaskPolygons.Trace(mask);
        Require.That(rings.Count > 0 == mask.Area > 0);
        Require.That(rings.All(ring => ring.Coordinates.Count >= 8 && ring.Coordinates.Count % 2 == 0));
        Require.That(EvenOdd.Fill(height, width, rings).Equals(mask));

        var cleaned = SmallRegions.Remove(mask, area, out var hadAny);
        CountsTarget.Check(cleaned);
        Require.That(hadAny || cleaned.Equals(mask));
        var placed = RunLengthPlacement.Place(mask, 3, 5, height + 9, width + 4);
        Require.That(placed.Area == mask.Area);
    }
}

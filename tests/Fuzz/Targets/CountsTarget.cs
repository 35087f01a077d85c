using System.Text;
using Segmentation.Fuzz.Engine;
using Segmentation.Masks;

namespace Segmentation.Fuzz.Targets;

/// <summary>Run lengths in COCO's string form: two sizes of two bytes, then the string.</summary>
internal sealed class CountsTarget : IFuzzTarget
{
    private const int SmallPixels = 64 * 1024;

    public int MaxLength => 2048;

    public IReadOnlyList<byte[]> Words => [[.. "ooooooo0"u8], [.. "ooooooO"u8], [.. "PPPPPP1"u8], [.. "0000"u8]];

    public IEnumerable<byte[]> Seeds =>
    [
        [4, 0, 6, 0, .. Text(4, 6, 24)],
        [4, 0, 6, 0, .. Text(4, 6, 0, 24)],
        [4, 0, 6, 0, .. Text(4, 6, 3, 2, 5, 1, 6, 7)],
        [100, 0, 200, 0, .. Text(100, 200, 0, 100, 9000, 900, 1, 9999)],
        [0xFF, 0xFF, 0xFF, 0xFF, .. Text(65536, 65535, 65535u * 65536)],
    ];

    public long AllocationLimit(int length) => (8L * 1024 * 1024) + (400L * length);

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var (height, width) = (bytes.Short() + 1, Math.Max(1, bytes.Short()));
        RunLengths mask;
        try
        {
            mask = RunLengths.FromCocoString(height, width, Encoding.Latin1.GetString(bytes.Rest));
        }
        catch (RunLengthsFormatException exception)
        {
            Require.That(exception.Message.Length > 0);
            return;
        }

        Check(mask);
    }

    /// <summary>What holds for every mask.</summary>
    public static void Check(RunLengths mask)
    {
        Require.That(mask.Counts.Sum(count => (long)count) == (long)mask.Height * mask.Width);
        Require.That(mask.Counts.Skip(1).All(count => count > 0));
        Require.That(RunLengths.FromCocoString(mask.Height, mask.Width, mask.ToCocoString()).Equals(mask));
        Require.That(mask.Intersection(mask) == mask.Area);
        Require.That(mask.IoU(mask) == (mask.Area == 0 ? 0 : 1));
        var box = mask.Box;
        Require.That(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= mask.Width && box.Y + box.Height <= mask.Height);
        Require.That(mask.Area <= (long)box.Width * box.Height);
        if ((long)mask.Height * mask.Width <= SmallPixels)
        {
            CheckPixels(mask);
        }
    }

    private static void CheckPixels(RunLengths mask)
    {
        var pixels = mask.ToBytes();
        Require.That(RunLengths.FromBytes(mask.Height, mask.Width, pixels).Equals(mask));
        Require.That(pixels.Sum(pixel => (long)pixel) == mask.Area);
        var lookup = new RunLengthLookup(mask);
        for (var pixel = 0; pixel < pixels.Length; pixel += 1 + (pixels.Length / 97))
        {
            Require.That(lookup.Covers(pixel % mask.Width, pixel / mask.Width) == (pixels[pixel] != 0));
        }
    }

    private static byte[] Text(int height, int width, params uint[] counts) =>
        Encoding.ASCII.GetBytes(new RunLengths(height, width, counts).ToCocoString());
}

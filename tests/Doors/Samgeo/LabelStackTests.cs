using Segmentation.Doors.Samgeo;
using Segmentation.Masks;

namespace Segmentation.Doors.Tests.Samgeo;

public sealed class LabelStackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>By chance: each pixel has the value of the smallest mask over it.</summary>
    [Fact]
    public void Flatten_MasksByChance_GivesEachPixelToTheSmallest()
    {
        const int Height = 23;
        const int Width = 31;
        var chance = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            LabelledMask[] masks =
            [
                .. Enumerable.Range(1, chance.Next(1, 8)).Select(value => new LabelledMask(value, value / 10f, Blob(chance))),
            ];
            var order = masks.OrderByDescending(mask => mask.Runs.Area).ToArray();
            var wanted = new int[Height * Width];
            foreach (var mask in order)
            {
                var pixels = mask.Runs.ToBytes();
                for (var i = 0; i < wanted.Length; i++)
                {
                    wanted[i] = pixels[i] != 0 ? mask.Value : wanted[i];
                }
            }

            var found = new int[Height * Width];
            var flat = LabelStack.Flatten(masks, Cancel);
            foreach (var mask in flat)
            {
                var pixels = mask.Runs.ToBytes();
                for (var i = 0; i < found.Length; i++)
                {
                    Assert.True(pixels[i] == 0 || found[i] == 0, "No pixel belongs to two masks.");
                    found[i] += pixels[i] * mask.Value;
                }
            }

            Assert.Equal(wanted, found);
            Assert.Equal(flat.Select(mask => mask.Value).Order(), flat.Select(mask => mask.Value));
            Assert.DoesNotContain(flat, mask => mask.Runs.Area == 0);
        }

        static RunLengths Blob(Random chance)
        {
            var (left, top) = (chance.Next(Width), chance.Next(Height));
            var (right, bottom) = (chance.Next(left, Width), chance.Next(top, Height));
            var pixels = new byte[Height * Width];
            for (var y = top; y <= bottom; y++)
            {
                for (var x = left; x <= right; x++)
                {
                    pixels[(y * Width) + x] = (byte)(chance.Next(5) > 0 ? 1 : 0);
                }
            }

            return RunLengths.FromBytes(Height, Width, pixels);
        }
    }

    [Fact]
    public void Flatten_Cancelled_Ends() => Assert.Throws<OperationCanceledException>(() => LabelStack.Flatten(
        [new LabelledMask(1, null, RunLengths.FromBytes(1, 2, [0, 1]))], new CancellationToken(canceled: true)));
}

using CsCheck;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Tests.Everything;

public sealed class CropBoxesTests
{
    private const double Overlap = 512.0 / 1500;

    [Fact]
    public void Generate_OneLayer_IsTheReferences()
    {
        // Crop boxes of Data/golden/everything-coins-crops.json.
        (PixelBox Box, int Layer)[] expected =
        [
            (new(0, 0, 384, 303), 0),
            (new(0, 0, 244, 203), 1), (new(0, 100, 244, 203), 1),
            (new(141, 0, 243, 203), 1), (new(141, 100, 243, 203), 1),
        ];

        Assert.Equal(expected, CropBoxes.Generate(384, 303, 1, Overlap));
    }

    [Fact]
    public void Generate_AnyImage_EqualsTheReferenceOverPixels() => Gen.Select(
        Gen.Int[1, 3000], Gen.Int[1, 3000], Gen.Int[0, 4], Gen.Double[0, 0.99]).Sample((width, height, layers, ratio) =>
        {
            var crops = CropBoxes.Generate(width, height, layers, ratio).ToList();

            Assert.Equal(Reference(width, height, layers, ratio), crops);
            Assert.All(crops, c =>
            {
                Assert.True(c.Box.Width > 0 && c.Box.Height > 0);
                Assert.InRange(c.Box.X + c.Box.Width, 1, width);
                Assert.InRange(c.Box.Y + c.Box.Height, 1, height);
            });
        });

    [Fact]
    public void Generate_AnyImage_EveryLayerCoversIt() => Gen.Select(
        Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 4], Gen.Double[0, 0.99]).Sample((width, height, layers, ratio) =>
        {
            foreach (var layer in CropBoxes.Generate(width, height, layers, ratio).GroupBy(c => c.Layer))
            {
                for (var i = 0; i < width * height; i++)
                {
                    var (x, y) = (i % width, i / width);
                    Assert.Contains(layer, c => x >= c.Box.X && x < c.Box.X + c.Box.Width
                        && y >= c.Box.Y && y < c.Box.Y + c.Box.Height);
                }
            }
        });

    [Fact]
    public void Generate_OnePixel_HasOneCropALayer() => Assert.Equal(
        [0, 1, 2, 3], CropBoxes.Generate(1, 1, 3, Overlap).Select(c => c.Layer));

    [Fact]
    public void IsTouched_AnyBox_EqualsTheReferenceEdgeByEdge() => Gen.Select(
        Gen.Int[1, 300], Gen.Int[1, 300], Gen.Int, Gen.Int).Sample((width, height, seed, _) =>
        {
            var random = new Random(seed);
            var crop = RandomBox(random, new(0, 0, width, height));
            var box = RandomBox(random, crop);

            var local = box with { X = box.X - crop.X, Y = box.Y - crop.Y };
            Assert.Equal(IsNearCropEdge(box, crop, width, height), CropEdges.IsTouched(local, crop, width, height));
        });

    private static PixelBox RandomBox(Random random, PixelBox within)
    {
        var (width, height) = (random.Next(1, within.Width + 1), random.Next(1, within.Height + 1));
        return new(
            within.X + random.Next(within.Width - width + 1),
            within.Y + random.Next(within.Height - height + 1),
            width,
            height);
    }

    /// <summary>is_box_near_crop_edge: edge by edge, near the crop's and not near the image's.</summary>
    private static bool IsNearCropEdge(PixelBox box, PixelBox crop, int width, int height)
    {
        double[] edges = [box.X, box.Y, box.X + box.Width - 1, box.Y + box.Height - 1];
        double[] cropEdges = [crop.X, crop.Y, crop.X + crop.Width, crop.Y + crop.Height];
        double[] imageEdges = [0, 0, width, height];
        return Enumerable.Range(0, 4).Any(i =>
            Math.Abs(edges[i] - cropEdges[i]) <= 20.0 && !(Math.Abs(edges[i] - imageEdges[i]) <= 20.0));
    }

    /// <summary>generate_crop_boxes as it is written, without the crops that are empty.</summary>
    private static List<(PixelBox Box, int Layer)> Reference(int width, int height, int layers, double ratio)
    {
        var crops = new List<(PixelBox, int)> { (new(0, 0, width, height), 0) };
        for (var i = 0; i < layers; i++)
        {
            var perSide = (int)Math.Pow(2, i + 1);
            var overlap = (int)(ratio * Math.Min(height, width) * (2.0 / perSide));
            var cropWidth = (int)Math.Ceiling((overlap * (perSide - 1) + width) / (double)perSide);
            var cropHeight = (int)Math.Ceiling((overlap * (perSide - 1) + height) / (double)perSide);
            var lefts = Enumerable.Range(0, perSide).Select(k => (cropWidth - overlap) * k);
            var tops = Enumerable.Range(0, perSide).Select(k => (cropHeight - overlap) * k).ToList();
            foreach (var (left, top) in lefts.SelectMany(x => tops.Select(y => (x, y))))
            {
                var (right, bottom) = (Math.Min(left + cropWidth, width), Math.Min(top + cropHeight, height));
                if (left < right && top < bottom)
                {
                    crops.Add((new(left, top, right - left, bottom - top), i + 1));
                }
            }
        }

        return crops;
    }
}

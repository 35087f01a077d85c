using Segmentation.Fuzz.Engine;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Masks of logits: two sides of the image, a side of a grid, then the grid's values, which are spread over the square
/// of 256. Values that are not finite may give any mask, but a mask.
/// </summary>
internal sealed class LogitsTarget : IFuzzTarget
{
    private const int MostSide = 64;
    private const int MostGrid = 16;

    // float32 against double, relative to the largest value around.
    private const double Tolerance = 1e-5;

    // Below float32's normal numbers products lose their bits.
    private const double Smallest = 1e-36;

    private readonly MaskWorkspace _workspace = new();
    private readonly float[] _logits = new float[ImageGeometry.LowResSide * ImageGeometry.LowResSide];

    public int MaxLength => 3 + (MostGrid * MostGrid * sizeof(float));

    public IEnumerable<byte[]> Seeds =>
    [
        [30, 20, 1, .. Bytes(1, -1, -1, 1)],
        [63, 63, 3, .. Bytes([.. Enumerable.Range(0, 16).Select(value => (value % 5) - 2f)])],
        [5, 60, 2, .. Bytes(3e38f, -3e38f, 0, 1e-38f, 5, -5, 1, 2, 3)],
        [9, 9, 1, .. Bytes(float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0)],
    ];

    public long AllocationLimit(int length) => 8L * 1024 * 1024;

    public void Dispose()
    {
        // Holds nothing.
    }

    public void Run(byte[] input)
    {
        var bytes = new InputBytes(input);
        var geometry = new ImageGeometry((bytes.Byte() % MostSide) + 1, (bytes.Byte() % MostSide) + 1);
        var isFinite = Fill(ref bytes);
        var plan = new ResamplingPlan(geometry);
        var made = MaskRasterizer.Rasterize(
            _logits, ImageGeometry.LowResSide, ImageGeometry.LowResSide, plan, _workspace);
        Require.That(made.Area == made.RunLengths.Area && made.Box == made.RunLengths.Box);
        CountsTarget.Check(made.RunLengths);
        if (isFinite)
        {
            Require.That(made.StabilityScore is >= 0 and <= 1, () => $"{made.StabilityScore}");
            CheckPixels(made.RunLengths.ToBytes(), new PointwiseLogits(_logits, geometry));
        }
    }

    private static void CheckPixels(byte[] pixels, PointwiseLogits expected)
    {
        var width = expected.Geometry.Width;
        for (var pixel = 0; pixel < pixels.Length; pixel++)
        {
            var (value, largest) = expected.At(pixel % width, pixel / width);
            if (Math.Abs(value) > (largest * Tolerance) + Smallest)
            {
                Require.That(
                    pixels[pixel] != 0 == value > 0,
                    () => $"pixel {pixel % width}, {pixel / width} of {expected.Geometry}, logit {value}");
            }
        }
    }

    private bool Fill(ref InputBytes bytes)
    {
        var side = (bytes.Byte() % MostGrid) + 1;
        var grid = new float[side * side];
        var isFinite = true;
        for (var i = 0; i < grid.Length; i++)
        {
            grid[i] = bytes.Single();
            isFinite &= float.IsFinite(grid[i]);
        }

        for (var i = 0; i < _logits.Length; i++)
        {
            var (row, column) = (i / ImageGeometry.LowResSide, i % ImageGeometry.LowResSide);
            _logits[i] = grid[(row * side / ImageGeometry.LowResSide * side) + (column * side / ImageGeometry.LowResSide)];
        }

        return isFinite;
    }

    private static byte[] Bytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}

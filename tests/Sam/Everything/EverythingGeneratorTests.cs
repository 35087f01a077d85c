using Segmentation.Masks.Everything;
using Segmentation.Masks.Png;
using Segmentation.Sam.Everything;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Everything;

[Collection(EverythingModelCollection.Name)]
public sealed class EverythingGeneratorTests(EverythingModel model)
{
    private static readonly byte[] _coins = File.ReadAllBytes(TestData.Path("images", "coins.png"));

    [Fact]
    public void Generate_AnyBatchSizeAndThreads_IsTheSame()
    {
        var expected = Generate(_coins, new() { PointsPerSide = 6 }, threads: 2);

        Assert.InRange(expected.Count, 5, 36 * 3);
        Assert.Equal(expected, Generate(_coins, new() { PointsPerSide = 6, PointsPerBatch = 1 }, threads: 3));
        Assert.Equal(expected, Generate(_coins, new() { PointsPerSide = 6, PointsPerBatch = 7 }, threads: 1));
    }

    [Fact]
    public void Generate_Fast_FindsWhatFaithfulFindsOrLess()
    {
        var faithful = Generate(_coins, new() { PointsPerSide = 8 }, threads: 2);
        var points = 0L;

        var fast = Generate(
            _coins,
            new() { PointsPerSide = 8, PointsPerBatch = 4, Profile = EverythingProfile.Fast },
            threads: 2,
            new Reports(p => points = p.PointsDone));

        Assert.Equal(64, points);
        var found = faithful.Count(m => fast.Any(f => f.RunLengths.IoU(m.RunLengths) >= 0.9));
        Assert.InRange(found, faithful.Count * 0.75, faithful.Count);
        Assert.Equal(fast, Generate(
            _coins, new() { PointsPerSide = 8, PointsPerBatch = 4, Profile = EverythingProfile.Fast }, threads: 1));
    }

    [Fact]
    public void Generate_OnePointGridAndCrops_AsksOnePointEach()
    {
        var options = new EverythingOptions
        {
            PointsPerSide = null,
            PointGrids = [[new(0.465, 0.865)], [new(0.5, 0.5)]],
            CropNLayers = 1,
        };
        var reports = new List<EverythingProgress>();

        var masks = Generate(_coins, options, threads: 2, new Reports(reports.Add));

        // The point lies on a coin; everything found holds its own point, or lies around it.
        Assert.Contains(masks, m => m.Box.X > 100 && m.Box.Width < 80 && m.PointX == 0.465 * 384);
        var last = reports[^1];
        Assert.Equal((5, 5, 5L, 5L), (last.CropsDone, last.Crops, last.PointsDone, last.Points));
        Assert.Equal(reports.OrderBy(r => r.PointsDone), reports);
        Assert.Equal(TimeSpan.Zero, last.Remaining);
    }

    [Theory]
    [InlineData(1, 400, 1)]
    [InlineData(400, 1, 0)]
    [InlineData(1, 1, 2)]
    public void Generate_ImageOfAPixelsWidth_Works(int width, int height, int layers)
    {
        var pixels = new byte[width * height * 3];
        new Random(3).NextBytes(pixels);
        var file = PngWriter.Rgb(width, height, pixels);

        var masks = Generate(file, new() { PointsPerSide = 2, CropNLayers = layers, PredIouThresh = 0 }, threads: 2);

        Assert.All(masks, m => Assert.Equal((height, width), (m.RunLengths.Height, m.RunLengths.Width)));
        Assert.All(masks, m => Assert.InRange(m.Area, 1, width * height));
    }

    [Fact]
    public void Generate_UniformImage_FindsNothingOrTheImage()
    {
        var pixels = new byte[200 * 300 * 3];
        Array.Fill(pixels, (byte)128);

        var masks = Generate(PngWriter.Rgb(200, 300, pixels), new() { PointsPerSide = 4 }, threads: 2);

        Assert.All(masks, m => Assert.InRange(m.Area, 200 * 300 * 0.9, 200 * 300));
    }

    [Fact]
    public void Generate_NothingPassesTheFilters_IsEmpty() =>
        Assert.Empty(Generate(_coins, new() { PointsPerSide = 2, StabilityScoreThresh = 1 }, threads: 1));

    [Fact]
    public void Generate_HugePanorama_Works()
    {
        const int Width = 12_000, Height = 600;
        var pixels = new byte[Width * Height * 3];
        for (var i = 0; i < Width * Height; i++)
        {
            // Discs of 400 pixels, one every 1,000.
            var (x, y) = (i % Width % 1000 - 500, i / Width - 300);
            pixels.AsSpan(i * 3, 3).Fill(x * x + y * y < 200 * 200 ? (byte)230 : (byte)40);
        }

        var options = new EverythingOptions
        {
            PointsPerSide = null, PointGrids = [[.. Enumerable.Range(0, 12)
            .Select(i => new GridPoint((i + 0.5) / 12, 0.5))]]
        };
        var masks = Generate(PngWriter.Rgb(Width, Height, pixels), options, threads: 2);

        Assert.All(masks, m => Assert.Equal((Height, Width), (m.RunLengths.Height, m.RunLengths.Width)));
        var discs = masks.Where(m => m.Box.Width is > 350 and < 450 && m.Box.Height is > 350 and < 450).ToList();
        Assert.InRange(discs.Count, 8, 12);
    }

    [Fact]
    public void Generate_CancelledInABatch_EndsWithoutAnother()
    {
        using var cancel = new CancellationTokenSource();
        var reports = 0;

        Assert.ThrowsAny<OperationCanceledException>(() => Generate(
            _coins,
            new() { PointsPerBatch = 4 },
            threads: 2,
            new Reports(_ =>
            {
                reports++;
                cancel.Cancel();
            }),
            cancel));

        // The batch that cancelled, and no more than the other thread's that was as good as done.
        Assert.InRange(reports, 1, 2);
    }

    [Fact]
    public void Find_PreparedImageOfAnotherSize_Refuses()
    {
        var plan = new EverythingPlan(384, 304, new() { PointsPerSide = 1 });
        var coins = new EverythingPlan(384, 303, new() { PointsPerSide = 1 });
        var prepared = model.Crops(_coins)(coins.Crops[0], TestContext.Current.CancellationToken);
        var finder = new CandidateFinder(model.Segmenter);

        var error = Assert.Throws<ArgumentException>(() => finder.Find(
            prepared, plan, new(0, [0]), finder.CreateWorkspace(), TestContext.Current.CancellationToken));

        Assert.Contains("384 x 303 pixels, crop 0 384 x 304", error.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<EverythingMask> Generate(
        byte[] file,
        EverythingOptions options,
        int threads,
        IProgress<EverythingProgress>? progress = null,
        CancellationTokenSource? cancel = null)
    {
        var header = ImageReader.ReadHeader(file, ImageLimits.Default);
        var plan = new EverythingPlan(header.Width, header.Height, options);
        return model.Generator(threads).Generate(
            plan, model.Crops(file), progress, cancel?.Token ?? TestContext.Current.CancellationToken);
    }

    private sealed class Reports(Action<EverythingProgress> report) : IProgress<EverythingProgress>
    {
        public void Report(EverythingProgress value) => report(value);
    }
}

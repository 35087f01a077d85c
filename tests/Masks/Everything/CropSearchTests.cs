using Segmentation.Masks.Everything;

namespace Segmentation.Masks.Tests.Everything;

/// <summary>The bookkeeping of a search, with results made by hand.</summary>
public sealed class CropSearchTests
{
    private static readonly BatchResult _nothing = new([], []);

    [Theory]
    [InlineData(1, 16)]
    [InlineData(7, 3)]
    [InlineData(16, 1)]
    [InlineData(64, 1)]
    public void NextRound_Faithful_IsAllPointsInBatches(int pointsPerBatch, int batches)
    {
        var search = Begin(new() { PointsPerSide = 4, PointsPerBatch = pointsPerBatch });

        var round = search.NextRound();

        Assert.Equal(batches, round.Count);
        Assert.Equal(Enumerable.Range(0, 16), round.SelectMany(b => b.Points));
        Assert.Equal(0, search.PointsDone);
        Assert.All(round, b => search.Add(b, _nothing));
        Assert.Equal(16, search.PointsDone);
        Assert.Empty(search.NextRound());
        Assert.Empty(search.Finish());
    }

    [Fact]
    public void NextRound_BatchMissing_Refuses()
    {
        var search = Begin(new() { PointsPerSide = 4, PointsPerBatch = 8 });
        search.Add(search.NextRound()[0], _nothing);

        Assert.Contains(
            "1 batches", Assert.Throws<InvalidOperationException>(search.NextRound).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_BatchOfAnotherCrop_Refuses()
    {
        var search = Begin(new() { PointsPerSide = 4 });

        Assert.Throws<ArgumentOutOfRangeException>(() => search.Add(new(3, [0]), _nothing));
    }

    [Fact]
    public void Finish_BatchesInAnyOrderAndTwice_IsTheSame()
    {
        var results = Enumerable.Range(0, 16).Select(p => new BatchResult([Candidate(p, x: p % 4 * 3)], [])).ToArray();
        var expected = Run(Enumerable.Range(0, 16));

        Assert.Equal(4, expected.Count);
        Assert.Equal(expected, Run(Enumerable.Range(0, 16).Reverse()));
        Assert.Equal(expected, Run([7, 7, 3, 0, 15, 1, 2, 7, 4, 5, 6, 8, 9, 10, 11, 14, 14, 13, 12]));

        IReadOnlyList<EverythingMask> Run(IEnumerable<int> order)
        {
            var search = Begin(new() { PointsPerSide = 4, PointsPerBatch = 1 });
            var round = search.NextRound();
            foreach (var batch in order)
            {
                search.Add(round[batch], results[batch]);
            }

            return search.Finish();
        }
    }

    [Fact]
    public void Finish_SameMaskTwice_KeepsTheBetterThenTheEarlier()
    {
        var search = Begin(new() { PointsPerSide = 2, PointsPerBatch = 1 });
        var round = search.NextRound();
        search.Add(round[3], new([Candidate(3, x: 0)], []));
        search.Add(round[1], new([Candidate(1, x: 0), Candidate(1, x: 0, token: 2, predictedIou: 0.95f)], []));
        search.Add(round[0], _nothing);
        search.Add(round[2], new([Candidate(2, x: 0, predictedIou: 0.95f)], []));

        var mask = Assert.Single(search.Finish());

        Assert.Equal((15.0, 5.0), (mask.PointX, mask.PointY));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.15, 1)]
    [InlineData(0.16, 0)]
    public void Finish_MaxMaskAreaRatio_DropsLargeMasksBeforeTheyHideOthers(double ratio, int x)
    {
        // The mask at 0 covers 0.15 of the image, is the better one, and hides the smaller one beside it where it stays.
        var search = Begin(new() { PointsPerSide = 1, MaxMaskAreaRatio = ratio, BoxNmsThresh = 0 });
        var smaller = new RunLengths(20, 20, 20, 40, 340);
        search.Add(
            Assert.Single(search.NextRound()),
            new(
                [
                    Candidate(0, x: 0, predictedIou: 0.95f),
                    Candidate(0, x: 0, token: 2) with
                    {
                        RunLengths = smaller, Area = smaller.Area, Box = smaller.Box,
                    },
                ],
                []));

        Assert.Equal(x, Assert.Single(search.Finish()).Box.X);
    }

    [Fact]
    public void NextRound_Fast_LeavesOutWhatIsExplained()
    {
        var search = Begin(new() { PointsPerSide = 8, Profile = EverythingProfile.Fast });
        var first = Assert.Single(search.NextRound());
        Assert.Equal(4, first.Points.Count);
        var rest = Enumerable.Range(0, 64).Except(first.Points).ToList();
        search.Add(first, new([], [.. rest.Where(p => p != 63)]));

        var later = search.NextRound();

        Assert.Equal([63], Assert.Single(later).Points);
        search.Add(later[0], _nothing);
        Assert.Empty(search.NextRound());
        Assert.Equal(64, search.PointsDone);
    }

    private static CropSearch Begin(EverythingOptions options)
    {
        var plan = new EverythingPlan(20, 20, options);
        return new(plan, plan.Crops[0]);
    }

    /// <summary>A bar of three columns at x, over the whole height.</summary>
    private static MaskCandidate Candidate(int point, int x, int token = 1, float predictedIou = 0.9f)
    {
        var mask = new RunLengths(20, 20, (uint)x * 20, 60, 340 - (uint)x * 20);
        return new()
        {
            Point = point,
            Token = token,
            PredictedIou = predictedIou,
            StabilityScore = 1,
            RunLengths = mask,
            Area = mask.Area,
            Box = mask.Box,
        };
    }
}

using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Reports;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Evaluation.Tests.Protocols;

public sealed class FindProtocolTests
{
    private static readonly ProtocolSettings _settings = new(
        [EvaluationProtocol.Auto, EvaluationProtocol.Proposals], PointPlacement.Center, 1, 0);

    private static readonly TruePicture _picture = new("a.png", [],
    [
        new TrueMask("1", "", Pixels.Rectangle(40, 40, 0, 0, 10, 10)),
        new TrueMask("2", "", Pixels.Rectangle(40, 40, 20, 0, 10, 10)),
        new TrueMask("3", "", Pixels.Rectangle(40, 40, 0, 20, 10, 10)),
    ]);

    [Fact]
    public async Task Evaluate_Everything_PairsOneToOne()
    {
        // Of the first object a mask of IoU 0.8 and, more confident, one of 0.6; of the second one of 1; of the third none;
        // and one of nothing.
        using var finder = new Finder(
            Found(0.5f, 0, 0, 10, 8), Found(0.9f, 0, 0, 10, 6), Found(0.7f, 20, 0, 10, 10), Found(0.6f, 30, 30, 5, 5));

        var records = await new PictureEvaluator(null, _settings, finder).EvaluateAsync(
            _picture, TestContext.Current.CancellationToken);

        Assert.Equal([0.8, 1, 0], records.Select(mask => mask.Auto!.Iou));
        Assert.Equal([0.5, 0.7, 0], records.Select(mask => mask.Auto!.PredictedIou), (a, b) => Math.Abs(a - b) < 1e-6);
        // COCO's matching takes the more confident one up to 0.60, and the better one from there to 0.80.
        Assert.Equal([0.7, 1, 0], records.Select(mask => mask.Auto!.Recall), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0, RunLengths.FromCocoString(40, 40, records[2].Auto!.Counts).Area);
        var summary = EvaluationSummary.Of(records, _settings, null, 2);
        Assert.Equal(2 / 3.0, summary.Find("found@0.5")!.Mean, 12);
        Assert.Equal(1 / 3.0, summary.Find("found@0.95")!.Mean, 12);
        Assert.Equal(0.5, summary.Find("precision@0.75")!.Mean, 12);
        Assert.Equal(4 / 7.0, summary.Find("f1@0.5")!.Mean, 12);
        Assert.Equal(1.7 / 3, summary.Find("ar@1000")!.Mean, 12);
        Assert.Equal(1.7 / 3, summary.Find("small/ar@auto")!.Mean, 12);
        Assert.Equal([32, 64], finder.Asked.Select(options => options.PointsPerSide!.Value));
    }

    [Fact]
    public async Task Evaluate_NothingFound_HasNoPrecision()
    {
        using var finder = new Finder();

        var records = await new PictureEvaluator(null, _settings, finder).EvaluateAsync(
            _picture, TestContext.Current.CancellationToken);

        var summary = EvaluationSummary.Of(records, _settings, null, 2);
        Assert.Equal(0, summary.Find("found@0.5")!.Mean);
        Assert.Equal(0, summary.Find("f1@0.5")!.Mean);
        Assert.Null(summary.Find("precision@0.5"));
    }

    [Fact]
    public async Task Evaluate_MoreThanAThousand_CountsTheBest()
    {
        using var finder = new Finder(
            [Found(0.1f, 0, 0, 10, 10), .. Enumerable.Range(0, 1000).Select(_ => Found(0.9f, 35, 35, 2, 2))]);

        var records = await new PictureEvaluator(null, _settings, finder).EvaluateAsync(
            _picture, TestContext.Current.CancellationToken);

        Assert.Equal((0, 1000), (records[0].Proposals!.Iou, records[0].Proposals!.Found));
    }

    [Fact]
    public void Summary_OfASizeThatIsPartOfAPicture_HasNoPrecision()
    {
        var outcome = new Evaluation.Results.FoundOutcome(0.6, 0.7, 0.3, 2, 2, "0");
        var small = Results.Records.Of("a.png", 0, 0.5) with { Auto = outcome };
        var large = Results.Records.Of("a.png", 1, 0.5) with { Auto = outcome, Area = 10000 };

        var summary = EvaluationSummary.Of([small, large], _settings, null, 2);

        Assert.NotNull(summary.Find("precision@0.5"));
        Assert.NotNull(summary.Find("small/found@0.5"));
        Assert.Null(summary.Find("small/precision@0.5"));
    }

    private static EverythingMask Found(float score, int x, int y, int columns, int rows)
    {
        var mask = Pixels.Rectangle(40, 40, x, y, columns, rows);
        return new()
        {
            RunLengths = mask,
            Area = mask.Area,
            Box = mask.Box,
            PredictedIou = score,
            StabilityScore = 0.9f,
            PointX = x,
            PointY = y,
            CropBox = new(0, 0, 40, 40),
        };
    }

    private sealed class Finder(params EverythingMask[] masks) : IMaskFinder
    {
        public List<EverythingOptions> Asked { get; } = [];

        public Task<(int Width, int Height, IReadOnlyList<EverythingMask> Masks)> FindAsync(
            byte[] file, EverythingOptions options, CancellationToken cancellationToken)
        {
            Asked.Add(options);
            return Task.FromResult<(int, int, IReadOnlyList<EverythingMask>)>((40, 40, masks));
        }

        public void Dispose()
        {
        }
    }
}

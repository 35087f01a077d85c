using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Runs.Working;

/// <summary>Writing what was found in a picture, with the picture's end, in one transaction.</summary>
public sealed class RunWriterTests
{
    private static readonly RunFindings _two =
        new([SteeredModel.Square(2, 2, 8), SteeredModel.Square(20, 20, 6)], "mini", "d1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task WriteAsync_AutomaticStage_AnnotationsWithTheirWholeOrigin(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 1);
        var label = await bench.AddLabelAsync();
        var run = await bench.StartAsync(change: request => request.Label = label);

        Assert.Equal(2, await WriteAsync(bench, run));

        var rows = await bench.AnnotationsAsync();
        Assert.Equal([64, 36], rows.Select(row => row.Area));
        Assert.All(rows, row =>
        {
            Assert.Equal(
                (AnnotationState.Active, AnnotationSource.Automatic, run.Id, label, "ann", 1L),
                (row.State, row.Source, row.RunId, row.LabelId, row.Creator, row.Revision));
        });
        var origin = Provenance.Parser.ParseFrom(rows[1].Provenance);
        Assert.Equal(("d1", 0.9f, 0.96f), (origin.ModelDigest, origin.PredictedIou, origin.StabilityScore));
        Assert.Equal((21.5f, 21.5f), (origin.Prompts[0].Points[0].X, origin.Prompts[0].Points[0].Y));
        Assert.Equal([0, 0, SteeredModel.Side, SteeredModel.Side], origin.CropBox);
        Assert.Contains("\"pred_iou_thresh\": 0.88", origin.ThresholdsJson, StringComparison.Ordinal);
        Assert.Equal(run.Id, origin.Run);
        var picture = await bench.PictureAsync(bench.Pictures[0]);
        Assert.Equal((2, 0, 2L), (picture.AnnotationCount, picture.ProposalCount, picture.Revision));
        Assert.Equal(0.9f, picture.MeanPredictedIou, 4);
        await using var db = bench.Record.Factory.Open();
        Assert.Equal(2, (await db.PictureLabels.SingleAsync(Cancel)).Count);
        Assert.Equal([1, 2], await db.Operations.OrderBy(row => row.Sequence).Select(row => row.Sequence).ToListAsync(Cancel));
        Assert.Equal((1, 2), ((await bench.FindAsync(run.Id)).DoneCount, (await bench.FindAsync(run.Id)).MaskCount));
    }

    [Theory]
    [OnBothDatabases]
    public async Task WriteAsync_SemiAutomaticStage_ProposalsThatCountAsNoAnnotations(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 1);

        Assert.Equal(2, await WriteAsync(bench, await bench.StartAsync(RunStage.SemiAutomatic)));

        Assert.All(await bench.AnnotationsAsync(), row => Assert.Equal(
            (AnnotationState.Proposed, AnnotationSource.Proposed), (row.State, row.Source)));
        var picture = await bench.PictureAsync(bench.Pictures[0]);
        Assert.Equal((0, 2, PictureState.New), (picture.AnnotationCount, picture.ProposalCount, picture.State));
    }

    [Theory]
    [InlineData(AnnotationState.Active)]
    [InlineData(AnnotationState.Proposed)]
    [InlineData(AnnotationState.Rejected)]
    public async Task WriteAsync_MaskThatThePictureHas_IsNotWrittenAgain(AnnotationState state)
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        await WriteAsync(bench, await bench.StartAsync(RunStage.SemiAutomatic));
        await bench.Record.Factory.WriteAsync(
            (db, token) => db.Annotations.ExecuteUpdateAsync(row => row.SetProperty(one => one.State, state), token),
            Cancel);

        // IoU 56 / 64 = 0.875 with the first square, 25 / 36 = 0.69 with the second.
        var again = new RunFindings([Rectangle(2, 2, 8, 7), SteeredModel.Square(20, 20, 5)], "mini", "d1");
        Assert.Equal(1, await WriteAsync(bench, await bench.StartAsync(RunStage.SemiAutomatic), again));

        Assert.Equal([25, 36, 64], (await bench.AnnotationsAsync()).Select(row => row.Area).Order());
    }

    [Fact]
    public async Task WriteAsync_MaskThatWasDeleted_IsWrittenAgain()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        await WriteAsync(bench, await bench.StartAsync());
        DateTimeOffset? now = bench.Clock.GetUtcNow();
        await bench.Record.Factory.WriteAsync(
            (db, token) => db.Annotations.ExecuteUpdateAsync(
                row => row.SetProperty(one => one.DeleteTime, now), token),
            Cancel);

        Assert.Equal(2, await WriteAsync(bench, await bench.StartAsync()));
    }

    [Fact]
    public async Task WriteAsync_MaskWithoutARegionOfTheLeastArea_IsDropped()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        var run = await bench.StartAsync(change: request => request.Options = new() { MinMaskRegionArea = 40 });

        Assert.Equal(1, await WriteAsync(bench, run));
    }

    [Theory]
    [OnBothDatabases]
    public async Task WriteAsync_TwoThatBelieveToHoldTheClaim_OneWrites(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 1);
        var run = await bench.StartAsync();
        var claim = (await bench.Claims().ClaimAsync(run.Id, "first", Cancel))!;
        await bench.Claims().PutBackAsync(claim, false, "", null, Cancel);
        var next = (await bench.Claims().ClaimAsync(run.Id, "second", Cancel))!;
        var picture = await bench.PictureAsync(claim.Picture);

        var written = await Task.WhenAll(new[] { claim, next, next }.Select(
            one => bench.Writer(bench.Record.OpenAnother()).WriteAsync(run, one, picture, _two, Cancel)));

        Assert.Equal([null, 2], [written[0], written[1] ?? written[2]]);
        Assert.Equal(2, (await bench.AnnotationsAsync()).Count);
        Assert.Equal(1, (await bench.FindAsync(run.Id)).DoneCount);
    }

    [Theory]
    [OnBothDatabases]
    public async Task WriteAsync_TwoRunsOverOnePictureAtOnce_EachMaskOnce(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 1);
        var runs = new[] { await bench.StartAsync(RunStage.SemiAutomatic), await bench.StartAsync(RunStage.SemiAutomatic) };

        var written = await Task.WhenAll(runs.Select(run => Task.Run(() => WriteAsync(bench, run), Cancel)));

        Assert.Equal([0, 2], written.Order());
        Assert.Equal(2, (await bench.AnnotationsAsync()).Count);
    }

    [Fact]
    public async Task LeasedUntilAsync_SomebodyDraws_OnlyAnnotationsWait()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        var until = bench.Clock.GetUtcNow().AddMinutes(1);
        await bench.Record.Factory.WriteAsync(
            (db, _) =>
            {
                db.Leases.Add(new LeaseRow
                {
                    PictureId = bench.Pictures[0], JobId = 0, Subject = "ben", Holder = "window", Until = until,
                });
                return Task.CompletedTask;
            },
            Cancel);
        var picture = await bench.PictureAsync(bench.Pictures[0]);

        var automatic = await bench.Writer().LeasedUntilAsync(await bench.StartAsync(), picture, Cancel);

        Assert.Equal(until.ToUnixTimeMilliseconds(), automatic?.ToUnixTimeMilliseconds());
        Assert.Null(await bench.Writer().LeasedUntilAsync(
            await bench.StartAsync(RunStage.SemiAutomatic), picture, Cancel));
    }

    private static FoundMask Rectangle(int x, int y, int width, int height)
    {
        var pixels = new byte[SteeredModel.Side * SteeredModel.Side];
        for (var i = 0; i < width * height; i++)
        {
            pixels[((y + (i / width)) * SteeredModel.Side) + x + (i % width)] = 1;
        }

        var found = SteeredModel.Square(x, y, 1);
        found.Mask.Area = (ulong)(width * height);
        (found.Mask.BoundingBox.Width, found.Mask.BoundingBox.Height) = ((uint)width, (uint)height);
        found.Mask.Rle.Counts = Segmentation.Masks.RunLengths
            .FromBytes(SteeredModel.Side, SteeredModel.Side, pixels).ToCocoString();
        return found;
    }

    private static async Task<int?> WriteAsync(RunBench bench, RunRow run, RunFindings? findings = null)
    {
        var claim = (await bench.Claims().ClaimAsync(run.Id, Guid.NewGuid().ToString(), Cancel))!;
        return await bench.Writer().WriteAsync(
            run, claim, await bench.PictureAsync(claim.Picture), findings ?? _two, Cancel);
    }
}

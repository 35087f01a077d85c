using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Runs.Working;

/// <summary>Writing the pictures of a run.</summary>
public sealed class RunSelectionTests
{
    [Theory]
    [OnBothDatabases]
    public async Task SelectAsync_MoreThanABatch_AllOnceAndWithoutExcludedOnes(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, RunSelection.BatchSize + 1);
        await bench.AddPicturesAsync(2, excluded: "blurred");

        var run = await bench.StartAsync();

        Assert.True(run.IsSelected);
        Assert.Equal(RunSelection.BatchSize + 1, run.PictureCount);
        Assert.Equal(
            bench.Pictures[..^2], (await bench.RunPicturesAsync(run.Id)).Select(row => row.PictureId));
    }

    [Theory]
    [OnBothDatabases]
    public async Task SelectAsync_List_OnlyPicturesOfTheProjectAndEachOnce(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 3);
        await bench.AddPicturesAsync(1, excluded: "blurred");

        var run = await bench.StartAsync(change: request => request.Pictures.Add(
            [bench.Pictures[2], bench.Pictures[0], bench.Pictures[2], bench.Pictures[3], 4711]));

        Assert.Equal(
            [bench.Pictures[0], bench.Pictures[2]], (await bench.RunPicturesAsync(run.Id)).Select(row => row.PictureId));
        Assert.Equal(2, run.PictureCount);
    }

    [Fact]
    public async Task SelectAsync_PictureAddedAfterTheStart_IsNotOfTheRun()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        var run = await bench.StartAsync();
        await bench.AddPicturesAsync(1);

        Assert.True(await new RunSelection(bench.Record.Factory).SelectAsync(run.Id, RunBench.Cancel));

        Assert.Equal([bench.Pictures[0]], (await bench.RunPicturesAsync(run.Id)).Select(row => row.PictureId));
    }

    [Theory]
    [OnBothDatabases]
    public async Task SelectAsync_TwoProcessesAtOnce_EachPictureOnce(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 20);
        var run = await bench.Runs.StartAsync(
            bench.Grant(), new StartRunRequest { Stage = RunStage.Automatic }, null, RunBench.Cancel);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            var selection = new RunSelection(bench.Record.OpenAnother());
            while (!await selection.SelectAsync(run.Id, RunBench.Cancel))
            {
            }
        }));

        Assert.Equal(20, (await bench.FindAsync(run.Id)).PictureCount);
        Assert.Equal(bench.Pictures, (await bench.RunPicturesAsync(run.Id)).Select(row => row.PictureId));
    }

    [Fact]
    public async Task SelectAsync_Filter_OnlyItsPictures()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 3);
        await bench.ChangeAsync(bench.Pictures[1], row => row.State = PictureState.Done);

        var run = await bench.StartAsync(change: request =>
            request.Filter = new PictureFilter { States = { PictureState.New } });

        Assert.Equal(
            [bench.Pictures[0], bench.Pictures[2]], (await bench.RunPicturesAsync(run.Id)).Select(row => row.PictureId));
    }
}

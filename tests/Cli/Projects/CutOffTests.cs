using System.IO.Compression;
using System.Security.Cryptography;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Tests.Projects;

/// <summary><c>segctl projects</c> when a process is killed in the middle: the same command goes on.</summary>
public sealed class CutOffTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private KeyedServer _server = null!;
    private string _project = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await KeyedServer.StartAsync();
        _project = await _server.DoneAsync("create", "Coins");
    }

    [Fact]
    public async Task Push_KilledBetweenPictures_SendsTheOthers()
    {
        const int Pictures = 20;
        KeyedServer.WritePictures(_folder.File("photos"), Pictures);
        var held = _server.Proxy.HoldAfterRequest(500_000);
        await using (var first = await _server.StartAsync(null, "push", "Coins", _folder.File("photos"), "--parallel", "1"))
        {
            await held.WaitAsync(Cancel);
            await first.KillAsync();
        }

        _server.Proxy.Release();
        var there = await PicturesAsync();
        var second = await _server.DoneAsync("push", "Coins", _folder.File("photos"));

        Assert.InRange(there.Count, 1, Pictures - 1);
        Assert.Equal($"Coins: {Pictures - there.Count} pictures sent, {there.Count} there already", second);
        Assert.Equal(Pictures, (await PicturesAsync()).Distinct().Count());
    }

    [Fact]
    public async Task Push_AskedToEnd_SaysThatItWasInterrupted()
    {
        KeyedServer.WritePictures(_folder.File("photos"), 20);
        var held = _server.Proxy.HoldAfterRequest(500_000);
        await using var push = await _server.StartAsync(null, "push", "Coins", _folder.File("photos"));
        await held.WaitAsync(Cancel);

        await push.TerminateAsync(Cancel);

        Assert.Contains("segctl: interrupted.", push.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", push.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_KilledInTheMiddleOfAnUpload_GoesOnWithTheNextPart()
    {
        // Parts have 8 MiB: two arrive, and the third in part.
        Directory.CreateDirectory(_folder.File("large"));
        KeyedServer.WriteCoco(_folder.File("large/coins.json"), 1);
        KeyedServer.WritePictures(_folder.File("large"), 1);
        await File.WriteAllBytesAsync(
            _folder.File("large/filling.bin"), RandomNumberGenerator.GetBytes(30 * 1024 * 1024), Cancel);
        KeyedServer.Pack(_folder.File("large"), _folder.File("large.zip"));
        var held = _server.Proxy.HoldAfterRequest(20 * 1024 * 1024);
        await using (var first = await _server.StartAsync(null, "push", "Coins", _folder.File("large.zip")))
        {
            await held.WaitAsync(Cancel);
            await first.KillAsync();
        }

        _server.Proxy.Release();
        var second = await _server.RunAsync("push", "Coins", _folder.File("large.zip"));

        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("large.zip: upload  16 MiB of 30", second.Error, StringComparison.Ordinal);
        Assert.Contains("2 masks of 1 pictures imported", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_KilledInTheMiddleOfTheDownload_FetchesTheRestOfTheSameArchive()
    {
        KeyedServer.WritePictures(_folder.File("photos"), 40);
        await _server.DoneAsync("push", "Coins", _folder.File("photos"));
        string[] pull = ["pull", "Coins", "--format", "coco", "--pictures", "--output", _folder.File("coins.zip")];
        var held = _server.Proxy.HoldAfterAnswer(1_500_000);
        await using (var first = await _server.StartAsync(null, pull))
        {
            await held.WaitAsync(Cancel);
            await first.KillAsync();
        }

        _server.Proxy.Release();
        var had = new FileInfo(_folder.File("coins.zip.part")).Length;
        var before = _server.Proxy.ToClient;
        await using var second = await _server.StartAsync(null, pull);
        await second.Ended.WaitAsync(Cancel);

        Assert.True(File.Exists(_folder.File("coins.zip")), second.Output);
        var size = new FileInfo(_folder.File("coins.zip")).Length;
        Assert.InRange(had, 500_000, size - 500_000);
        Assert.InRange(_server.Proxy.ToClient - before, 0, size - (had / 2));
        Assert.Equal(
            ["coins.zip", "photos"], Directory.GetFileSystemEntries(_folder.File("")).Select(Path.GetFileName).Order());
        using var zip = await ZipFile.OpenReadAsync(_folder.File("coins.zip"), Cancel);
        Assert.Equal(40, zip.Entries.Count(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)));
        foreach (var entry in zip.Entries)
        {
            await using var bytes = await entry.OpenAsync(Cancel);
            await bytes.CopyToAsync(Stream.Null, Cancel);
        }

        Assert.Single(await _server.Client.Transfers.ListAsync(_project, Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Push_ServerIsKilledInTheMiddleOfTheImport_EndsWithEveryMaskOnce()
    {
        const int Pictures = 200;
        KeyedServer.WritePictures(_folder.File("dataset"), Pictures);
        KeyedServer.WriteCoco(_folder.File("dataset/coins.json"), Pictures);
        KeyedServer.Pack(_folder.File("dataset"), _folder.File("dataset.zip"));

        await using var push = await _server.StartAsync(null, "push", "Coins", _folder.File("dataset.zip"));
        var killedAt = await DoneBeforeAsync(Pictures);
        await _server.Process.KillAsync();
        await _server.Process.StartAsync(Cancel);
        await push.Ended.WaitAsync(Cancel);

        Assert.InRange(killedAt, 1, Pictures - 1);
        Assert.Contains($"{2 * Pictures} masks of {Pictures} pictures imported", push.Output, StringComparison.Ordinal);
        var pictures = await _server.Client.Pictures.ListAsync(_project, cancellationToken: Cancel).ToListAsync(Cancel);
        Assert.Equal(Pictures, pictures.Count);
        Assert.All(pictures, picture => Assert.Equal(2, picture.AnnotationCount));
        Assert.Single(await _server.Client.Transfers.ListAsync(_project, Cancel).ToListAsync(Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<List<string>> PicturesAsync() =>
        await _server.Client.Pictures.ListAsync(_project, cancellationToken: Cancel)
            .Select(picture => picture.Name).ToListAsync(Cancel);

    /// <summary>Waits until the import has done some pictures, and gives their number.</summary>
    private async Task<long> DoneBeforeAsync(int pictures)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await timer.WaitForNextTickAsync(Cancel))
        {
            if (await _server.Client.Transfers.ListAsync(_project, Cancel).FirstOrDefaultAsync(Cancel) is { DoneCount: > 0 } now)
            {
                Assert.Equal(TransferState.Running, now.State);
                Assert.InRange(now.DoneCount, 1, pictures - 1);
                return now.DoneCount;
            }
        }

        return 0;
    }
}

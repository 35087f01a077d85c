using System.IO.Compression;
using System.Text.Json;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Tests.Projects;

/// <summary><c>segctl projects</c> as people use it: everything goes through.</summary>
public sealed class ProjectsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private KeyedServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await KeyedServer.StartAsync();

    [Fact]
    public async Task Push_FolderTwiceAndAnnotations_SendsWhatTheProjectLacks()
    {
        KeyedServer.WritePictures(_folder.File("photos"), 5);
        await File.WriteAllTextAsync(_folder.File("photos/notes.txt"), "no picture", Cancel);
        await File.WriteAllTextAsync(_folder.File("photos/broken.png"), "no picture either", Cancel);
        KeyedServer.WriteCoco(_folder.File("coins.json"), 5);
        Directory.CreateDirectory(_folder.File("masks"));
        File.Copy(_folder.File("coins.json"), _folder.File("masks/coins.json"));
        KeyedServer.Pack(_folder.File("masks"), _folder.File("masks.zip"));
        var id = await _server.DoneAsync("create", "Coins", "--labels", "coin,table");

        var first = await _server.RunAsync("push", "Coins", _folder.File("photos"));
        File.Delete(_folder.File("photos/broken.png"));
        var second = await _server.DoneAsync("push", "Coins", _folder.File("photos"));
        var archive = await _server.DoneAsync("push", id, _folder.File("masks.zip"), "--as-proposals");
        var again = await _server.DoneAsync("push", id, _folder.File("masks.zip"), "--as-proposals");
        var status = await _server.DoneAsync("status", "Coins");

        Assert.Equal(1, first.ExitCode);
        Assert.Contains("Coins: 5 pictures sent, 0 there already, 1 items left out", first.Output, StringComparison.Ordinal);
        Assert.Contains("left out: broken.png: ", first.Error, StringComparison.Ordinal);
        Assert.Contains("notes.txt", first.Error, StringComparison.Ordinal);
        Assert.Equal("Coins: 0 pictures sent, 5 there already", second);
        Assert.EndsWith("10 masks of 5 pictures imported", archive, StringComparison.Ordinal);
        Assert.Equal(archive, again);
        Assert.Contains("pictures     5, 0 done", status, StringComparison.Ordinal);
        Assert.Contains("proposals    10", status, StringComparison.Ordinal);
        Assert.Single(status.Split('\n'), line => line.StartsWith("import ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AutomaticAndWait_AnnotatesEveryPictureAndPullGivesTheMasks()
    {
        KeyedServer.WritePictures(_folder.File("photos"), 2);
        await _server.DoneAsync("create", "Coins", "--labels", "coin");
        await _server.DoneAsync("push", "Coins", _folder.File("photos"));

        var run = await _server.DoneAsync(
            "run", "Coins", "--stage", "automatic", "--preset", "fast", "--label", "coin", "--wait");
        var status = await _server.DoneAsync("status", "Coins");
        var pulled = await _server.DoneAsync("pull", "Coins", "--format", "coco", "--output", _folder.File("coins.zip"));

        Assert.Contains("done, 2 of 2 pictures", run, StringComparison.Ordinal);
        Assert.Contains(", automatic, fast: done, 2 of 2 pictures", status, StringComparison.Ordinal);
        Assert.StartsWith($"{_folder.File("coins.zip")}: 2 pictures, ", pulled, StringComparison.Ordinal);
        Assert.Equal(["coins.zip", "photos"], Directory.GetFileSystemEntries(_folder.File("")).Select(Path.GetFileName).Order());
        using var zip = await ZipFile.OpenReadAsync(_folder.File("coins.zip"), Cancel);
        using var json = await JsonDocument.ParseAsync(
            await Assert.Single(zip.Entries).OpenAsync(Cancel), cancellationToken: Cancel);
        var masks = json.RootElement.GetProperty("annotations").GetArrayLength();
        Assert.True(masks > 2, $"{masks} masks");
        Assert.Contains($"annotations  {masks}", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_RestoredIntoAnotherServer_IsTheSameProject()
    {
        KeyedServer.WritePictures(_folder.File("dataset"), 3);
        KeyedServer.WriteCoco(_folder.File("dataset/coins.json"), 3);
        await _server.DoneAsync("create", "Coins");
        var pushed = await _server.DoneAsync("push", "Coins", _folder.File("dataset"));
        await using var other = await KeyedServer.StartAsync();

        await _server.DoneAsync("backup", "Coins", "--pictures", "--output", _folder.File("coins.zip"));
        var id = await other.DoneAsync("restore", _folder.File("coins.zip"));
        var again = await other.DoneAsync("restore", _folder.File("coins.zip"));
        var copy = await other.DoneAsync("restore", _folder.File("coins.zip"), "--name", "Copy");

        Assert.Equal("Coins: 3 pictures sent, 0 there already, 6 masks of 3 pictures imported", pushed);
        Assert.Equal(id, again);
        Assert.NotEqual(id, copy);
        foreach (var name in (string[])["Coins", "Copy"])
        {
            await _server.DoneAsync("pull", "Coins", "--format", "coco", "--output", _folder.File("here.zip"));
            await other.DoneAsync("pull", name, "--format", "coco", "--output", _folder.File("there.zip"));
            Assert.Equal(Masks(_folder.File("here.zip")), Masks(_folder.File("there.zip")));
        }

        await other.DoneAsync("delete", id);
        var list = await other.DoneAsync("list");
        Assert.DoesNotContain(id, list, StringComparison.Ordinal);
        Assert.Contains(copy, list, StringComparison.Ordinal);
        Assert.NotEqual(id, await other.DoneAsync("restore", _folder.File("coins.zip")));
    }

    [Fact]
    public async Task Commands_WithMistakes_SayWhatIsWrong()
    {
        await _server.DoneAsync("create", "Coins", "--labels", "coin");

        var twice = await _server.RunAsync("create", "Coins");
        var missing = await _server.RunAsync("status", "Stamps");
        var format = await _server.RunAsync("pull", "Coins", "--format", "gif", "--output", _folder.File("a.zip"));
        var label = await _server.RunAsync("run", "Coins", "--stage", "automatic", "--label", "stamp");
        var stage = await _server.RunAsync("run", "Coins", "--stage", "magic");
        var folder = await _server.RunAsync("pull", "Coins", "--format", "coco", "--output", _folder.File(""));
        await File.WriteAllTextAsync(_folder.File("no.zip"), "no archive", Cancel);
        var damaged = await _server.RunAsync("restore", _folder.File("no.zip"));
        var port = await Segctl.RunAsync("projects", "list", "--server", $"{_server.Process.Address}");

        Assert.Equal(
            (1, 1, 2, 2, 2, 2, 1),
            (twice.ExitCode, missing.ExitCode, format.ExitCode, label.ExitCode, stage.ExitCode, folder.ExitCode,
                damaged.ExitCode));
        Assert.Contains("Coins", twice.Error, StringComparison.Ordinal);
        Assert.Contains("no project 'Stamps'", missing.Error, StringComparison.Ordinal);
        Assert.Contains("'gif' is none of", format.Error, StringComparison.Ordinal);
        Assert.Contains("no label 'stamp'; its labels are coin", label.Error, StringComparison.Ordinal);
        Assert.Contains("'magic' is none of semi-automatic, automatic", stage.Error, StringComparison.Ordinal);
        Assert.Contains("is a folder; name a file", folder.Error, StringComparison.Ordinal);
        // Behind the progress of the upload.
        Assert.StartsWith("segctl: restore: ", damaged.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains($"--server {_server.Address}", port.Error, StringComparison.Ordinal);
        Assert.All(
            [twice, missing, label, folder, damaged, port],
            result => Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OfACommandThatWasCutOff_IsTheSameRun()
    {
        KeyedServer.WritePictures(_folder.File("photos"), 3);
        var project = await _server.DoneAsync("create", "Coins");
        await _server.DoneAsync("push", "Coins", _folder.File("photos"));

        var first = await _server.DoneAsync("run", "Coins", "--stage", "semi-automatic");
        var run = Assert.Single(await _server.Client.Runs.ListAsync(project, Cancel).ToListAsync(Cancel));
        await _server.Client.Runs.ControlAsync(project, run.Id, RunControl.Pause, Cancel);
        var second = await _server.DoneAsync("run", "Coins", "--stage", "semi-automatic");
        await _server.Client.Runs.ControlAsync(project, run.Id, RunControl.Cancel, Cancel);
        var third = await _server.DoneAsync("run", "Coins", "--stage", "semi-automatic");

        Assert.StartsWith($"run {run.Id} ", first, StringComparison.Ordinal);
        Assert.StartsWith($"run {run.Id} ", second, StringComparison.Ordinal);
        Assert.StartsWith($"run {run.Id + 1} ", third, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Size and run lengths of all masks of a COCO archive.</summary>
    private static List<string> Masks(string archive)
    {
        using var zip = ZipFile.OpenRead(archive);
        using var stream = Assert.Single(zip.Entries).Open();
        using var json = JsonDocument.Parse(stream);
        return [.. json.RootElement.GetProperty("annotations").EnumerateArray()
            .Select(mask => mask.GetProperty("segmentation").GetRawText()).Order(StringComparer.Ordinal)];
    }
}

using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Objects;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Objects;

public sealed class FolderStoreTests : ObjectStoreTests
{
    private const string FolderVariable = "SEGMENTATION_TEST_FOLDER";
    private const string HalfWay = "The first half is written.";
    private const int HalfBytes = 1 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("objects-");

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WriteAsync_FilesOfDeadProcesses_AreDeletedAfterADay()
    {
        await WriteAsync("a", [1]);
        var old = Path.Combine(_folder.FullName, ".unfinished", "left-over");
        await File.WriteAllBytesAsync(old, [1], Cancel);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        await new FolderStore(_folder.FullName, clock).WriteAsync("b", Stream.Null, Cancel);
        Assert.True(File.Exists(old));
        Assert.Equal(["a", "b"], await KeysAsync(""));

        clock.Advance(TimeSpan.FromHours(25));
        await new FolderStore(_folder.FullName, clock).WriteAsync("b", Stream.Null, Cancel);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public async Task WriteAsync_ProcessKilledHalfWay_LeavesTheOldObjectsAndTakesNewOnes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Processes are killed by signals, which Windows does not have.");
        await WriteAsync("a/old", [1]);
        var isHalf = new TaskCompletionSource();
        await using var writer = await ChildProcess.StartAsync(
            "the writer",
            line =>
            {
                if (line.Contains(HalfWay, StringComparison.Ordinal))
                {
                    isHalf.TrySetResult();
                }
            },
            ["env", $"{FolderVariable}={_folder.FullName}", .. Program, "--explicit", "only",
                "--filter-method", $"*.{nameof(WriteAsync_InAProcessOfItsOwn_StopsHalfWay)}"]);
        await Task.WhenAny(isHalf.Task, writer.Ended).WaitAsync(Cancel);
        Assert.True(isHalf.Task.IsCompleted, writer.Output);

        await writer.KillAsync();

        var unfinished = Assert.Single(Directory.GetFiles(Path.Combine(_folder.FullName, ".unfinished")));
        Assert.Equal(HalfBytes, new FileInfo(unfinished).Length);
        Assert.Equal(["a/old"], await KeysAsync(""));
        Assert.Equal(new byte[] { 1 }, await ReadAsync("a/old"));
        await WriteAsync("a/old", [2]);
        Assert.Equal(new byte[] { 2 }, await ReadAsync("a/old"));
    }

    /// <summary>The part of the test above that is killed: it runs in a process of its own, and only there.</summary>
    [Fact(Explicit = true)]
    public async Task WriteAsync_InAProcessOfItsOwn_StopsHalfWay()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, $"Another test starts this one, with {FolderVariable}.");
        var store = new FolderStore(folder!, TimeProvider.System);
        var content = new BrokenStream(HalfBytes, () =>
        {
            Console.WriteLine(HalfWay);
            new ManualResetEventSlim().Wait(Cancel);
        });

        await store.WriteAsync("a/old", content, Cancel);
    }

    [Fact]
    public async Task WriteAsync_DiskDoesNotTakeTheFile_IsAFailureOfTheStore()
    {
        // A file lies where the folder of the object would be.
        await WriteAsync("a", [1]);

        await Assert.ThrowsAsync<ObjectStoreException>(() => WriteAsync("a/b", [1]));

        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.FullName, ".unfinished")));
    }

    [Fact]
    public async Task ListAsync_LinkOutOfTheFolder_IsNotFollowed()
    {
        await WriteAsync("a/b", [1]);
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "a", "out"), Path.GetTempPath());
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "a", "passwd"), "/etc/passwd");

        Assert.Equal(["a/b"], await KeysAsync(""));
    }

    [Fact]
    public async Task PresignAsync_Folder_HasNoAddress() =>
        Assert.Null(await Store.PresignAsync("a", "a.zip", TimeSpan.FromMinutes(1), Cancel));

    /// <summary>This program, as a command.</summary>
    private static string[] Program =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet"
            ? [Environment.ProcessPath!, typeof(FolderStoreTests).Assembly.Location]
            : [Environment.ProcessPath!];

    private protected override ValueTask<IObjectStore> OpenAsync() =>
        ValueTask.FromResult<IObjectStore>(new FolderStore(_folder.FullName, TimeProvider.System));
}

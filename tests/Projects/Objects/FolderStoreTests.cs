using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Tests.Objects;

public sealed class FolderStoreTests : ObjectStoreTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("objects-");

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Open_FilesOfDeadProcesses_AreDeletedAfterADay()
    {
        var old = Path.Combine(_folder.FullName, ".unfinished", "left-over");
        await File.WriteAllBytesAsync(old, [1], Cancel);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        _ = new FolderStore(_folder.FullName, clock);
        Assert.True(File.Exists(old));
        Assert.Empty(await KeysAsync(""));

        clock.Advance(TimeSpan.FromHours(25));
        _ = new FolderStore(_folder.FullName, clock);
        Assert.False(File.Exists(old));
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

    private protected override ValueTask<IObjectStore> OpenAsync() =>
        ValueTask.FromResult<IObjectStore>(new FolderStore(_folder.FullName, TimeProvider.System));
}

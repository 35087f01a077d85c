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

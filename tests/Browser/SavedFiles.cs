namespace Segmentation.Browser.Tests;

/// <summary>
/// Files that Firefox saves into a folder. Playwright does not hear of them: Firefox's events of downloads that a page
/// starts by itself carry no number, and those without one are dropped.
/// </summary>
internal sealed class SavedFiles : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-firefox-");

    /// <summary>The folder that Firefox saves to.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Takes the file that an action makes Firefox save out of the folder.</summary>
    /// <returns>Its name and bytes.</returns>
    public async Task<(string Name, byte[] Bytes)> TakeAsync(
        Func<Task> action, TimeSpan patience, CancellationToken cancellationToken)
    {
        await action();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(patience);
        using var timer = new PeriodicTimer(_interval);
        while (true)
        {
            // While it is written, the file has the ending .part, and an empty one keeps its name free.
            if (_folder.GetFiles() is [{ Extension: not ".part", Length: > 0 } file])
            {
                var bytes = await File.ReadAllBytesAsync(file.FullName, late.Token);
                file.Delete();
                return (file.Name, bytes);
            }

            await timer.WaitForNextTickAsync(late.Token);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

using Segmentation.Projects.Transfers.Work;

namespace Segmentation.Projects.Transfers.Uploads;

/// <summary>Deletes copies of uploads that a process left behind which was killed.</summary>
internal sealed class StaleFiles(TimeProvider clock) : IExpiring
{
    // No import is at work for longer without writing to or reading from its copy.
    private static readonly TimeSpan _age = TimeSpan.FromDays(2);

    /// <inheritdoc/>
    public Task DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - _age;
        foreach (var file in new DirectoryInfo(Path.GetTempPath()).EnumerateFiles(UploadedFile.Prefix + "*"))
        {
            if (file.LastAccessTimeUtc < before && file.LastWriteTimeUtc < before)
            {
                file.Delete();
            }
        }

        return Task.CompletedTask;
    }
}

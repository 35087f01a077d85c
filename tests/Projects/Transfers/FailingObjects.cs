using Segmentation.Projects.Objects;
using Segmentation.Projects.Tests.Fixtures;

namespace Segmentation.Projects.Tests.Transfers;

/// <summary>An object store that fails as often as a test says.</summary>
internal sealed class FailingObjects : IObjectStore
{
    private readonly MemoryObjects _objects = new();

    /// <summary>Failures that are left, of reads and of writes.</summary>
    public int Failures { get; set; }

    /// <summary>True: nothing can be deleted.</summary>
    public bool FailsDeletions { get; set; }

    /// <summary>Reads and writes that failed.</summary>
    public int Failed { get; private set; }

    /// <summary>Objects that were written.</summary>
    public int Written { get; private set; }

    public Task<long?> FindAsync(string key, CancellationToken cancellationToken) => _objects.FindAsync(key, cancellationToken);

    public Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken)
    {
        MayFail();
        return _objects.OpenAsync(key, from, length, cancellationToken);
    }

    public async Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        MayFail();
        await _objects.WriteAsync(key, content, cancellationToken);
        Written++;
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        return FailsDeletions
            ? throw new IOException("The store deletes nothing.")
            : _objects.DeleteAsync(key, cancellationToken);
    }

    public IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, string after, CancellationToken cancellationToken) =>
        _objects.ListAsync(prefix, after, cancellationToken);

    public Task<Uri?> PresignAsync(
        string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken) => Task.FromResult<Uri?>(null);

    private void MayFail()
    {
        if (Failures > 0)
        {
            Failures--;
            Failed++;
            throw new IOException("The store does not answer.");
        }
    }
}

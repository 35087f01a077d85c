using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>An object store in memory.</summary>
internal sealed class MemoryObjects : IObjectStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <summary>Adds an object.</summary>
    public void Add(string key, byte[] content) => _objects[key] = content;

    public Task<long?> FindAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult(_objects.TryGetValue(key, out var content) ? content.Length : (long?)null);

    public Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(_objects.TryGetValue(key, out var content)
            ? new MemoryStream(content, (int)from, (int)(length ?? content.Length - from), writable: false)
            : null);

    public async Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        _objects[key] = copy.ToArray();
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        _objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<ObjectEntry> ListAsync(
        string prefix, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (key, content) in _objects.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)
            {
                yield return new ObjectEntry(key, content.Length);
            }
        }
    }

    public Task<Uri?> PresignAsync(
        string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
        Task.FromResult<Uri?>(null);
}

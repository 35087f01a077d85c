using System.Collections;
using System.Collections.Concurrent;

namespace Segmentation.Projects.Tests.Segmenting;

/// <summary>Uploads that a <see cref="TestGateway"/> was sent, in their order.</summary>
internal sealed class TestUploads : IEnumerable<TestUpload>, IDisposable
{
    private readonly ConcurrentQueue<TestUpload> _all = new();
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>Notes an upload.</summary>
    public void Add(TestUpload upload)
    {
        _all.Enqueue(upload);
        _arrived.Release();
    }

    /// <summary>Waits until a number of uploads have arrived that were not waited for before.</summary>
    public async Task ArrivedAsync(int count, CancellationToken cancellationToken)
    {
        for (var upload = 0; upload < count; upload++)
        {
            await _arrived.WaitAsync(cancellationToken);
        }
    }

    public IEnumerator<TestUpload> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _arrived.Dispose();
}

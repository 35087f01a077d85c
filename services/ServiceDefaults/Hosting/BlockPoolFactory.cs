using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// Gives every part of the server that reads and writes connections the same <see cref="BlockPool"/>.
/// </summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>, IDisposable
{
    private readonly BlockPool _pool = new();

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => _pool;

    public void Dispose() => _pool.Dispose();
}

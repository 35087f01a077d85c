using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;

namespace Segmentation.Sam.Runtime;

/// <summary>
/// Bindings of a graph for runs at the same time: as many as there ever were such runs, or one, for which others wait.
/// </summary>
internal sealed class DeviceBindings : IDisposable
{
    private readonly InferenceSession _session;
    private readonly BindingMemory _memory;
    private readonly ConcurrentBag<DeviceBinding> _free = [];
    private readonly SemaphoreSlim _allowed;

    /// <param name="session">The graph; it must live longer.</param>
    /// <param name="memory">Memory of the provider that runs it.</param>
    /// <param name="isSingle">True if runs follow one another: a CUDA graph has one set of addresses.</param>
    public DeviceBindings(InferenceSession session, BindingMemory memory, bool isSingle)
    {
        (_session, _memory) = (session, memory);
        _allowed = new(isSingle ? 1 : int.MaxValue);
    }

    /// <summary>Takes a binding for one run.</summary>
    /// <param name="cancellationToken">Ends waiting for it.</param>
    public DeviceBinding Rent(CancellationToken cancellationToken)
    {
        _allowed.Wait(cancellationToken);
        return _free.TryTake(out var binding) ? binding : new DeviceBinding(_session, _memory);
    }

    /// <summary>Gives a binding back after its results have been read.</summary>
    public void Return(DeviceBinding binding)
    {
        _free.Add(binding);
        _allowed.Release();
    }

    public void Dispose()
    {
        foreach (var binding in _free)
        {
            binding.Dispose();
        }

        _allowed.Dispose();
    }
}

using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Segmentation.Sam.Runtime;

/// <summary>
/// Memory of an input or output: of the host, and of the device where these differ. It stays at its address until a
/// larger shape is asked for.
/// </summary>
/// <param name="memory">Source of the memory.</param>
/// <param name="type">Type of the numbers.</param>
/// <param name="itemBytes">Bytes of a number.</param>
internal sealed class BoundTensor(BindingMemory memory, TensorElementType type, int itemBytes) : IDisposable
{
    private long[] _shape = [];
    private nint _host;
    private nint _device;
    private nuint _capacity;

    /// <summary>The tensor as the graph sees it; null before the first shape.</summary>
    public OrtValue? Value { get; private set; }

    /// <summary>Bytes of the shape asked for last.</summary>
    public nuint Bytes { get; private set; }

    /// <summary>Memory of this process with the tensor's bytes.</summary>
    public unsafe Span<byte> Host => new((void*)_host, checked((int)Bytes));

    /// <summary>Takes a shape.</summary>
    /// <param name="shape">Row-major sizes.</param>
    /// <returns>True if <see cref="Value"/> is another one than before.</returns>
    public bool Reshape(ReadOnlySpan<long> shape)
    {
        if (Value is not null && shape.SequenceEqual(_shape))
        {
            return false;
        }

        _shape = shape.ToArray();
        Bytes = checked((nuint)itemBytes);
        foreach (var size in _shape)
        {
            Bytes = checked(Bytes * (nuint)size);
        }

        Value?.Dispose();
        Value = null;
        if (Bytes > _capacity)
        {
            Free();
            _host = memory.AllocateHost(Bytes);
            _device = memory.IsShared ? _host : memory.AllocateDevice(Bytes);
            _capacity = Bytes;
        }

        Value = OrtValue.CreateTensorValueWithData(memory.Info, type, _shape, _device, (long)Bytes);
        return true;
    }

    /// <summary>Copies what the host has written to the device.</summary>
    public void CopyToDevice()
    {
        if (!memory.IsShared)
        {
            memory.CopyToDevice(_host, _device, Bytes);
        }
    }

    /// <summary>Copies what the graph has written to the host.</summary>
    public void CopyToHost()
    {
        if (!memory.IsShared)
        {
            memory.CopyToHost(_device, _host, Bytes);
        }
    }

    public void Dispose()
    {
        Value?.Dispose();
        Value = null;
        Free();
    }

    private void Free()
    {
        if (_capacity == 0)
        {
            return;
        }

        _capacity = 0;
        memory.FreeHost(_host);
        if (!memory.IsShared)
        {
            memory.FreeDevice(_device);
        }
    }
}

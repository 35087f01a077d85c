using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Segmentation.Sam.Runtime;

/// <summary>
/// Memory that a graph's inputs and outputs are bound to: of the host, or of a device with pinned memory of the host
/// beside it.
/// </summary>
internal abstract unsafe class BindingMemory
{
    /// <summary>Memory of the host only, for the CPU and for providers that copy by themselves.</summary>
    public static BindingMemory Host { get; } = new HostMemory();

    /// <summary>ONNX Runtime's name of the memory that a graph runs on.</summary>
    public abstract OrtMemoryInfo Info { get; }

    /// <summary>True if host and device share their memory, so that nothing is copied.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Memory for graphs that a provider runs.</summary>
    /// <param name="provider">The provider in use. A plug-in copies by itself.</param>
    /// <param name="device">Number of its device, from 0.</param>
    public static BindingMemory Of(ExecutionProvider provider, int device) =>
        provider is ExecutionProvider.Cuda or ExecutionProvider.TensorRt ? new CudaMemory(device) : Host;

    /// <summary>Takes memory that this process reads and writes.</summary>
    public abstract nint AllocateHost(nuint bytes);

    /// <summary>Takes memory that the graph reads and writes.</summary>
    public abstract nint AllocateDevice(nuint bytes);

    /// <summary>Gives memory of the host back.</summary>
    public abstract void FreeHost(nint memory);

    /// <summary>Gives memory of the device back.</summary>
    public abstract void FreeDevice(nint memory);

    /// <summary>Copies from the host to the device; done when it returns.</summary>
    public abstract void CopyToDevice(nint from, nint to, nuint bytes);

    /// <summary>Copies from the device to the host; done when it returns.</summary>
    public abstract void CopyToHost(nint from, nint to, nuint bytes);

    private sealed class HostMemory : BindingMemory
    {
        // Kernels load whole vectors; 64 bytes are the longest.
        private const int Alignment = 64;

        public override OrtMemoryInfo Info => OrtMemoryInfo.DefaultInstance;

        public override bool IsShared => true;

        public override nint AllocateHost(nuint bytes) => (nint)NativeMemory.AlignedAlloc(bytes, Alignment);

        public override nint AllocateDevice(nuint bytes) => AllocateHost(bytes);

        public override void FreeHost(nint memory) => NativeMemory.AlignedFree((void*)memory);

        public override void FreeDevice(nint memory) => FreeHost(memory);

        public override void CopyToDevice(nint from, nint to, nuint bytes) =>
            NativeMemory.Copy((void*)from, (void*)to, bytes);

        public override void CopyToHost(nint from, nint to, nuint bytes) =>
            NativeMemory.Copy((void*)from, (void*)to, bytes);
    }

    private sealed class CudaMemory(int device) : BindingMemory
    {
        private readonly CudaRuntime _cuda = CudaRuntime.Instance;

        public override OrtMemoryInfo Info { get; } = new(
            OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, device, OrtMemType.Default);

        public override bool IsShared => false;

        public override nint AllocateHost(nuint bytes) => _cuda.AllocatePinned(device, bytes);

        public override nint AllocateDevice(nuint bytes) => _cuda.Allocate(device, bytes);

        public override void FreeHost(nint memory) => _cuda.FreePinned(memory);

        public override void FreeDevice(nint memory) => _cuda.Free(memory);

        public override void CopyToDevice(nint from, nint to, nuint bytes) =>
            _cuda.CopyToDevice(device, from, to, bytes);

        public override void CopyToHost(nint from, nint to, nuint bytes) =>
            _cuda.CopyToHost(device, from, to, bytes);
    }
}

using System.Runtime.InteropServices;

namespace Segmentation.Sam.Runtime;

/// <summary>
/// The few functions of the CUDA runtime by which memory is taken and copied; the library that ONNX Runtime's CUDA
/// provider uses, too. Reference: CUDA Runtime API, "Memory Management".
/// </summary>
internal sealed unsafe class CudaRuntime
{
    /// <summary>Name of the library on Linux.</summary>
    public const string Linux = "libcudart.so.13";

    /// <summary>Name of the library on Windows.</summary>
    public const string Windows = "cudart64_13.dll";

    private const int ToDevice = 1;
    private const int ToHost = 2;

    private static readonly Lazy<CudaRuntime> _instance = new(() => new());

    private readonly delegate* unmanaged<int*, int> _getDeviceCount;
    private readonly delegate* unmanaged<int, int> _setDevice;
    private readonly delegate* unmanaged<void**, nuint, int> _malloc;
    private readonly delegate* unmanaged<void*, int> _free;
    private readonly delegate* unmanaged<void**, nuint, uint, int> _hostAlloc;
    private readonly delegate* unmanaged<void*, int> _freeHost;
    private readonly delegate* unmanaged<void*, void*, nuint, int, int> _memcpy;
    private readonly delegate* unmanaged<nuint*, nuint*, int> _memGetInfo;
    private readonly delegate* unmanaged<int, byte*> _getErrorString;

    private CudaRuntime()
    {
        var library = NativeLibrary.Load(OperatingSystem.IsWindows() ? Windows : Linux);
        nint Find(string function) => NativeLibrary.GetExport(library, function);
        _getDeviceCount = (delegate* unmanaged<int*, int>)Find("cudaGetDeviceCount");
        _setDevice = (delegate* unmanaged<int, int>)Find("cudaSetDevice");
        _malloc = (delegate* unmanaged<void**, nuint, int>)Find("cudaMalloc");
        _free = (delegate* unmanaged<void*, int>)Find("cudaFree");
        _hostAlloc = (delegate* unmanaged<void**, nuint, uint, int>)Find("cudaHostAlloc");
        _freeHost = (delegate* unmanaged<void*, int>)Find("cudaFreeHost");
        _memcpy = (delegate* unmanaged<void*, void*, nuint, int, int>)Find("cudaMemcpy");
        _memGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Find("cudaMemGetInfo");
        _getErrorString = (delegate* unmanaged<int, byte*>)Find("cudaGetErrorString");
    }

    /// <summary>The library, loaded at the first call.</summary>
    /// <exception cref="DllNotFoundException">It is not on this machine.</exception>
    public static CudaRuntime Instance => _instance.Value;

    /// <summary>Counts the devices that this process can use.</summary>
    /// <param name="problem">CUDA's own words where it finds none.</param>
    public int CountDevices(out string problem)
    {
        var count = 0;
        var status = _getDeviceCount(&count);
        problem = status == 0 ? "no CUDA-capable device is detected" : Describe(status);
        return status == 0 ? count : 0;
    }

    /// <summary>Memory of a device that is taken, by all processes, in bytes.</summary>
    public long TakenBytes(int device)
    {
        nuint free = 0, total = 0;
        Check(_setDevice(device));
        Check(_memGetInfo(&free, &total));
        return (long)(total - free);
    }

    /// <summary>Takes memory of a device.</summary>
    public nint Allocate(int device, nuint bytes)
    {
        void* memory = null;
        Check(_setDevice(device));
        Check(_malloc(&memory, bytes));
        return (nint)memory;
    }

    /// <summary>Takes pinned memory of the host, which a device copies from without the processor.</summary>
    public nint AllocatePinned(int device, nuint bytes)
    {
        void* memory = null;
        Check(_setDevice(device));
        Check(_hostAlloc(&memory, bytes, 0));
        return (nint)memory;
    }

    /// <summary>Gives memory of a device back. Errors are left alone: the device may be gone already.</summary>
    public void Free(nint memory) => _ = _free((void*)memory);

    /// <summary>Gives pinned memory back.</summary>
    public void FreePinned(nint memory) => _ = _freeHost((void*)memory);

    /// <summary>Copies from the host to a device; done when it returns.</summary>
    public void CopyToDevice(int device, nint from, nint to, nuint bytes)
    {
        Check(_setDevice(device));
        Check(_memcpy((void*)to, (void*)from, bytes, ToDevice));
    }

    /// <summary>Copies from a device to the host; done when it returns.</summary>
    public void CopyToHost(int device, nint from, nint to, nuint bytes)
    {
        Check(_setDevice(device));
        Check(_memcpy((void*)to, (void*)from, bytes, ToHost));
    }

    private void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"CUDA failed: {Describe(status)} (error {status}).");
        }
    }

    private string Describe(int status) => Marshal.PtrToStringUTF8((nint)_getErrorString(status)) ?? "unknown error";
}

using System.Runtime.InteropServices;

namespace Segmentation.Sam.Runtime;

/// <summary>
/// Looks for the libraries of NVIDIA that ONNX Runtime's providers need. ONNX Runtime itself names the first one that
/// is missing in its log only, and cuDNN only when a convolution runs.
/// </summary>
internal static class GpuLibraries
{
    private const string Driver = "an NVIDIA driver";
    private const string Cuda = "CUDA 13";
    private const string CuDnn = "cuDNN 9";
    private const string TensorRt = "TensorRT 10";

    private static readonly (string Linux, string Windows, string Source)[] _cuda =
    [
        ("libcuda.so.1", "nvcuda.dll", Driver),
        (CudaRuntime.Linux, CudaRuntime.Windows, Cuda),
        ("libcublasLt.so.13", "cublasLt64_13.dll", Cuda),
        ("libcublas.so.13", "cublas64_13.dll", Cuda),
        ("libcurand.so.10", "curand64_10.dll", Cuda),
        ("libcudnn.so.9", "cudnn64_9.dll", CuDnn),
    ];

    private static readonly (string Linux, string Windows, string Source)[] _tensorRt =
    [
        ("libnvinfer.so.10", "nvinfer_10.dll", TensorRt),
        ("libnvonnxparser.so.10", "nvonnxparser_10.dll", TensorRt),
    ];

    /// <summary>Says which libraries or which device a provider lacks on this machine, and what to install.</summary>
    /// <param name="provider">CUDA or TensorRT.</param>
    /// <param name="deviceId">Number of the device, from 0.</param>
    /// <returns>The fault and its remedy, two parts of a sentence; null where everything is there.</returns>
    public static (string Fault, string Remedy)? Missing(ExecutionProvider provider, int deviceId)
    {
        var needed = provider == ExecutionProvider.TensorRt ? [.. _cuda, .. _tensorRt] : _cuda;
        var missing = needed.Where(library => !IsThere(NameOf(library))).ToList();
        if (missing.Count > 0)
        {
            var names = string.Join(", ", missing.Select(NameOf));
            var sources = missing.Select(library => library.Source).Distinct().ToArray();
            var listed = sources is [var one] ? one : $"{string.Join(", ", sources[..^1])} and {sources[^1]}";
            return (missing.Count == 1 ? $"the library {names} is missing" : $"the libraries {names} are missing",
                $"Install {listed}");
        }

        var devices = CudaRuntime.Instance.CountDevices(out var problem);
        return devices switch
        {
            0 => ($"CUDA finds no device ({problem})", "Give this process a GPU, or bring the driver up to date"),
            _ when deviceId >= devices => (
                $"there is no device {deviceId}, CUDA finds {devices}",
                $"Set DeviceId to a number below {devices}"),
            _ => null,
        };
    }

    private static string NameOf((string Linux, string Windows, string Source) library) =>
        OperatingSystem.IsWindows() ? library.Windows : library.Linux;

    // A library that was found stays loaded: the provider loads the same one.
    private static bool IsThere(string library) => NativeLibrary.TryLoad(library, out _);
}

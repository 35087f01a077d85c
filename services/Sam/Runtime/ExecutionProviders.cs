using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Segmentation.Sam.Runtime;

/// <summary>Adds the requested execution provider to a session, or explains why that is impossible.</summary>
internal static class ExecutionProviders
{
    private static readonly Lock _plugins = new();
    private static readonly HashSet<string> _registered = [];

    /// <returns>
    /// The provider that will run the graph: the requested one, or the CPU where falling back is allowed.
    /// </returns>
    /// <exception cref="RuntimeUnavailableException">
    /// The provider cannot be used, and falling back is not allowed.
    /// </exception>
    public static ExecutionProvider Append(SessionOptions session, RuntimeOptions options)
    {
        try
        {
            switch (options.Provider)
            {
                case ExecutionProvider.Cpu:
                    break;
                case ExecutionProvider.Cuda:
                    RequireGpu(options);
                    AppendCuda(session, options);
                    break;
                case ExecutionProvider.TensorRt:
                    RequireGpu(options);
                    session.AppendExecutionProvider_Tensorrt(options.DeviceId);
                    AppendCuda(session, options);
                    break;
                case ExecutionProvider.Plugin:
                    AppendPlugin(session, options);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(options), options.Provider, "Unknown provider.");
            }

            return options.Provider;
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException
            or DllNotFoundException or NotSupportedException or RuntimeUnavailableException)
        {
            if (options.AllowCpuFallback)
            {
                return ExecutionProvider.Cpu;
            }

            throw error as RuntimeUnavailableException
                ?? Unavailable(options, error.Message, Remedy(options.Provider), error);
        }
    }

    /// <summary>Explains why a provider cannot be used.</summary>
    /// <param name="options">Options that ask for it.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="remedy">What to do instead of falling back to the CPU.</param>
    /// <param name="cause">ONNX Runtime's own complaint.</param>
    public static RuntimeUnavailableException Unavailable(
        RuntimeOptions options, string fault, string remedy, Exception? cause = null) => new(
        $"The execution provider {options.Provider} cannot be used here: {fault.TrimEnd('.')}. {remedy}, "
            + "or set AllowCpuFallback to run on the CPU.",
        cause);

    /// <summary>Advice for a provider whose complaint has none.</summary>
    public static string Remedy(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Plugin =>
            "Set PluginLibrary to an ONNX Runtime execution provider library built for this version",
        ExecutionProvider.TensorRt => "Install an NVIDIA driver with CUDA 13, cuDNN 9 and TensorRT 10",
        _ => "Install an NVIDIA driver with CUDA 13 and cuDNN 9",
    };

    /// <summary>Tells whether this build's ONNX Runtime has a provider for NVIDIA GPUs.</summary>
    /// <param name="provider">CUDA or TensorRT.</param>
    public static bool IsBuiltIn(ExecutionProvider provider) => OrtEnv.Instance().GetAvailableProviders().Contains(
        provider == ExecutionProvider.TensorRt ? "TensorrtExecutionProvider" : "CUDAExecutionProvider");

    /// <summary>Says what a provider for NVIDIA GPUs lacks here, and what to do.</summary>
    /// <param name="provider">CUDA or TensorRT.</param>
    /// <param name="deviceId">Number of the device, from 0.</param>
    /// <returns>The fault and its remedy, two parts of a sentence; null where everything is there.</returns>
    public static (string Fault, string Remedy)? MissingOf(ExecutionProvider provider, int deviceId) =>
        IsBuiltIn(provider)
            ? GpuLibraries.Missing(provider, deviceId)
            : ($"this build has no {(provider == ExecutionProvider.TensorRt ? "TensorRT" : "CUDA")}",
                "Build with -p:OnnxRuntime=Gpu");

    private static void RequireGpu(RuntimeOptions options)
    {
        if (MissingOf(options.Provider, options.DeviceId) is { } missing)
        {
            throw Unavailable(options, missing.Fault, missing.Remedy);
        }
    }

    private static void AppendCuda(SessionOptions session, RuntimeOptions options)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = options.DeviceId.ToString(CultureInfo.InvariantCulture),
            ["enable_cuda_graph"] = options.CudaGraph ? "1" : "0",
        });
        session.AppendExecutionProvider_CUDA(cuda);
    }

    private static void AppendPlugin(SessionOptions session, RuntimeOptions options)
    {
        var library = options.PluginLibrary;
        if (string.IsNullOrEmpty(library) || !File.Exists(library))
        {
            throw Unavailable(options, $"the library '{library}' does not exist", Remedy(options.Provider));
        }

        var environment = OrtEnv.Instance();
        var name = Path.GetFileNameWithoutExtension(library);
        lock (_plugins)
        {
            if (_registered.Add(library))
            {
                try
                {
                    environment.RegisterExecutionProviderLibrary(name, library);
                }
                catch
                {
                    _registered.Remove(library);
                    throw;
                }
            }
        }

        var devices = environment.GetEpDevices().Where(d => d.EpMetadata.Entries.ContainsKey("library_path")
            && string.Equals(d.EpMetadata.Entries["library_path"], library, StringComparison.Ordinal)).ToList();
        if (devices.Count == 0)
        {
            throw Unavailable(
                options, $"the library '{library}' offers no device on this machine", Remedy(options.Provider));
        }

        session.AppendExecutionProvider(environment, devices, new Dictionary<string, string>());
    }
}

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
                    session.AppendExecutionProvider_CUDA(options.DeviceId);
                    break;
                case ExecutionProvider.TensorRt:
                    session.AppendExecutionProvider_Tensorrt(options.DeviceId);
                    session.AppendExecutionProvider_CUDA(options.DeviceId);
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

            throw new RuntimeUnavailableException(Explain(options, error), error);
        }
    }

    private static void AppendPlugin(SessionOptions session, RuntimeOptions options)
    {
        var library = options.PluginLibrary;
        if (string.IsNullOrEmpty(library) || !File.Exists(library))
        {
            throw new RuntimeUnavailableException($"the library '{library}' does not exist");
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
            throw new RuntimeUnavailableException($"the library '{library}' offers no device on this machine");
        }

        session.AppendExecutionProvider(environment, devices, new Dictionary<string, string>());
    }

    private static string Explain(RuntimeOptions options, Exception error)
    {
        var todo = options.Provider == ExecutionProvider.Plugin
            ? "Set PluginLibrary to an ONNX Runtime execution provider library built for this version"
            : "Build with -p:OnnxRuntime=Gpu and install an NVIDIA driver with CUDA 13 and cuDNN 9"
                + (options.Provider == ExecutionProvider.TensorRt ? " and TensorRT 10" : "");
        return $"The execution provider {options.Provider} cannot be used here: {error.Message.TrimEnd('.')}. {todo}, "
            + "or set AllowCpuFallback to run on the CPU.";
    }
}

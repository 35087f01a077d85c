using Microsoft.ML.OnnxRuntime;

namespace Segmentation.Sam.Runtime;

/// <summary>Tells, without running anything, which execution providers can be used on this machine.</summary>
public static class ProviderSurvey
{
    /// <summary>Version of ONNX Runtime.</summary>
    public static string OnnxRuntimeVersion => OrtEnv.Instance().GetVersionString();

    /// <summary>Looks at the CPU's provider, CUDA and TensorRT, each on its first device.</summary>
    /// <returns>Each provider with what it lacks and what to do about it, parts of a sentence; null where nothing is.</returns>
    public static IReadOnlyList<(ExecutionProvider Provider, bool IsBuiltIn, string? Fault, string? Remedy)> Look() =>
    [
        (ExecutionProvider.Cpu, true, null, null),
        .. new[] { ExecutionProvider.Cuda, ExecutionProvider.TensorRt }.Select(provider =>
        {
            var missing = ExecutionProviders.MissingOf(provider, deviceId: 0);
            return (provider, ExecutionProviders.IsBuiltIn(provider), missing?.Fault, missing?.Remedy);
        }),
    ];
}

namespace Segmentation.Sam.Runtime;

/// <summary>How ONNX Runtime runs a graph.</summary>
public sealed record RuntimeOptions
{
    /// <summary>What runs the graphs. Default: the CPU.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Path of the provider library for <see cref="ExecutionProvider.Plugin"/>.</summary>
    public string? PluginLibrary { get; init; }

    /// <summary>Device number for CUDA and TensorRT, from 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Run on the CPU when the provider cannot be used. Off by default: a silent fall-back is a hundred times slower.
    /// </summary>
    public bool AllowCpuFallback { get; init; }

    /// <summary>How an encoder computes its products; decoders compute in 32 bits always. Default: in 32 bits.</summary>
    public EncoderPrecision EncoderPrecision { get; init; } = EncoderPrecision.Float32;

    /// <summary>
    /// Threads of one run, at least 1. Set always: ONNX Runtime's own default counts the host's cores, not the
    /// container's.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;
}

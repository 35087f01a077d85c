namespace Segmentation.Sam.Runtime;

/// <summary>Options by which ONNX Runtime runs a graph.</summary>
public sealed record RuntimeOptions
{
    /// <summary>Execution provider. Default: the CPU.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Path of the provider library for <see cref="ExecutionProvider.Plugin"/>.</summary>
    public string? PluginLibrary { get; init; }

    /// <summary>Device number for CUDA and TensorRT, from 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Falls back to the CPU when the provider cannot be used. Default: false, since a CPU is a hundred times slower.
    /// </summary>
    public bool AllowCpuFallback { get; init; }

    /// <summary>Precision of an encoder; decoders always compute in 32 bits. Default: 32 bits.</summary>
    public EncoderPrecision EncoderPrecision { get; init; } = EncoderPrecision.Float32;

    /// <summary>
    /// Records an encoder's run as a CUDA graph and replays it, which saves the start of each of its kernels. Every run
    /// then has <see cref="GraphBatch"/> images, and runs follow one another. CUDA only. Default: false.
    /// </summary>
    public bool CudaGraph { get; init; }

    /// <summary>Images of every run with <see cref="CudaGraph"/>; fewer are filled up, and only cost time.</summary>
    public int GraphBatch { get; init; } = 1;

    /// <summary>
    /// Threads of one run, at least 1. Always set: ONNX Runtime's own default counts the host's cores, not the
    /// container's.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;
}

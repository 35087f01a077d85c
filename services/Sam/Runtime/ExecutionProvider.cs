namespace Segmentation.Sam.Runtime;

/// <summary>Execution provider of ONNX Runtime.</summary>
public enum ExecutionProvider
{
    /// <summary>ONNX Runtime's own CPU kernels.</summary>
    Cpu,

    /// <summary>NVIDIA CUDA. Needs a build with <c>-p:OnnxRuntime=Gpu</c>, a driver and cuDNN.</summary>
    Cuda,

    /// <summary>NVIDIA TensorRT. Needs a build with <c>-p:OnnxRuntime=Gpu</c>, a driver and TensorRT.</summary>
    TensorRt,

    /// <summary>An execution provider library, loaded from <see cref="RuntimeOptions.PluginLibrary"/>.</summary>
    Plugin,
}

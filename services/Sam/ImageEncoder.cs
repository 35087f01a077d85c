using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam.Encoders;
using Segmentation.Sam.Encoders.Cpu;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam;

/// <summary>The image encoder: a transformed image in, its embedding out. Safe for concurrent use.</summary>
public sealed class ImageEncoder : IDisposable
{
    /// <summary>Values of an embedding: 256 channels x 64 rows x 64 columns.</summary>
    public const int EmbeddingLength = 256 * ImageGeometry.GridSide * ImageGeometry.GridSide;

    private readonly IImageEncoderBackend _backend;

    /// <param name="model">The model.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">
    /// The execution provider cannot be used here, or not with the precision.
    /// </exception>
    /// <exception cref="InvalidDataException">The graph is not one of this version.</exception>
    public ImageEncoder(ModelPackage model, RuntimeOptions options)
        : this(model?.EncoderPath ?? throw new ArgumentNullException(nameof(model)), options)
    {
    }

    /// <param name="graphPath">Path of the <c>encoder</c> graph.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">
    /// The execution provider cannot be used here, or not with the precision.
    /// </exception>
    /// <exception cref="InvalidDataException">The graph is not one of this version.</exception>
    public ImageEncoder(string graphPath, RuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var isInt8 = options.EncoderPrecision == EncoderPrecision.Int8;
        if (isInt8 && options.Provider != ExecutionProvider.Cpu)
        {
            throw new RuntimeUnavailableException(
                $"Precision Int8 is for the CPU, and the provider is {options.Provider}. Choose Float32, or the CPU.");
        }

        // On the CPU, in 32 bits, our own kernels are faster than the graph; also after falling back to the CPU.
        var isGraph = options is not
        {
            Provider: ExecutionProvider.Cpu,
            EncoderPrecision: EncoderPrecision.Float32,
        };
        var graph = isGraph ? new OnnxImageEncoder(graphPath, options) : null;
        var isOnCpu = graph is null || (graph.Provider == ExecutionProvider.Cpu && options.Provider != graph.Provider);
        if (isOnCpu
            && CpuImageEncoder.TryCreate(graphPath, options.IntraOpThreads) is { } direct)
        {
            graph?.Dispose();
            (_backend, Provider) = (direct, ExecutionProvider.Cpu);
        }
        else
        {
            graph ??= new OnnxImageEncoder(graphPath, options);
            (_backend, Provider) = (graph, graph.Provider);
        }
    }

    /// <summary>Execution provider in use: the requested one, or the CPU where falling back is allowed.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>Encodes a batch of images in one run.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="embeddings">Receives [images, 256, 64, 64] values, row-major.</param>
    /// <param name="cancellationToken">Ends a run that has begun, within a tenth of its time.</param>
    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(images.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddings.Length, images.Length * EmbeddingLength);
        _backend.Encode(images, embeddings, cancellationToken);
    }

    /// <summary>Releases the graph, if there is one.</summary>
    public void Dispose() => _backend.Dispose();
}

using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Encoders;
using Segmentation.Sam.Encoders.Cpu;
using Segmentation.Sam.Encoders.Published;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam;

/// <summary>The image encoder: a transformed image in, its embedding out. Safe for concurrent use.</summary>
public sealed class ImageEncoder : IDisposable
{
    private readonly IImageEncoderBackend _backend;

    /// <param name="model">The model.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">
    /// The execution provider cannot be used here, or not with the precision.
    /// </exception>
    /// <exception cref="InvalidDataException">The graph is not what the model's layout says.</exception>
    public ImageEncoder(ModelPackage model, RuntimeOptions options)
        : this(PathOf(model), model.Layout.Encoder, options)
    {
        Resizing = model.Layout.Resizing;
    }

    /// <param name="graphPath">Path of an <c>encoder</c> graph that ModelBuilder wrote.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">
    /// The execution provider cannot be used here, or not with the precision.
    /// </exception>
    /// <exception cref="InvalidDataException">The graph is not one of this version.</exception>
    public ImageEncoder(string graphPath, RuntimeOptions options)
        : this(graphPath, EncoderLayout.Built, options)
    {
    }

    private ImageEncoder(string graphPath, EncoderLayout layout, RuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EmbeddingLength = layout.EmbeddingLength;
        var isInt8 = options.EncoderPrecision == EncoderPrecision.Int8;
        if (isInt8 && options.Provider != ExecutionProvider.Cpu)
        {
            throw new RuntimeUnavailableException(
                $"Precision Int8 is for the CPU, and the provider is {options.Provider}. Choose Float32, or the CPU.");
        }

        if (layout.Form == PixelForm.Built)
        {
            (_backend, Provider) = OpenBuilt(graphPath, options);
            return;
        }

        if (isInt8)
        {
            throw new RuntimeUnavailableException(
                "Precision Int8 is for encoders that ModelBuilder wrote, and this one is kept as it was published. "
                + "Choose Float32; a file that was published in 8 bits runs in 8 bits.");
        }

        if (options.CudaGraph)
        {
            // Its inputs and outputs may have other sizes from image to image, so that addresses do not stay.
            throw new RuntimeUnavailableException(
                "CudaGraph is for encoders that ModelBuilder wrote, and this one is kept as it was published. "
                + "Switch CudaGraph off.");
        }

        var published = new PublishedImageEncoder(graphPath, layout, options);
        (_backend, Provider) = (published, published.Provider);
    }

    /// <summary>Values of an image's flat embedding: all its tensors one behind the other.</summary>
    public int EmbeddingLength { get; }

    /// <summary>Rule by which an image becomes the model's square.</summary>
    public Resizing Resizing { get; }

    /// <summary>Execution provider in use: the requested one, or the CPU where falling back is allowed.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>Encodes a batch of images: in one run, if the graph takes several.</summary>
    /// <param name="images">At least one image, resized by the model's rule.</param>
    /// <param name="embeddings">Receives [images, <see cref="EmbeddingLength"/>] values, row-major.</param>
    /// <param name="cancellationToken">Ends a run that has begun, within a tenth of its time.</param>
    /// <exception cref="ImageException">An image is larger than the graph takes.</exception>
    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(images.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddings.Length, images.Length * EmbeddingLength);
        _backend.Encode(images, embeddings, cancellationToken);
    }

    /// <summary>Releases the graph, if there is one.</summary>
    public void Dispose() => _backend.Dispose();

    private static string PathOf(ModelPackage model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.EncoderPath;
    }

    private static (IImageEncoderBackend Backend, ExecutionProvider Provider) OpenBuilt(
        string graphPath, RuntimeOptions options)
    {
        // On the CPU, in 32 bits, our own kernels are faster than the graph; also after falling back to the CPU.
        var isGraph = options is not { Provider: ExecutionProvider.Cpu, EncoderPrecision: EncoderPrecision.Float32 };
        var graph = isGraph ? new OnnxImageEncoder(graphPath, options) : null;
        var isOnCpu = graph is null || (graph.Provider == ExecutionProvider.Cpu && options.Provider != graph.Provider);
        if (isOnCpu && CpuImageEncoder.TryCreate(graphPath, options.IntraOpThreads) is { } direct)
        {
            graph?.Dispose();
            return (direct, ExecutionProvider.Cpu);
        }

        graph ??= new OnnxImageEncoder(graphPath, options);
        return (graph, graph.Provider);
    }
}

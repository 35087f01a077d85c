using Microsoft.ML.OnnxRuntime;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam;

/// <summary>The image encoder: a transformed image in, its embedding out. Safe for concurrent use.</summary>
public sealed class ImageEncoder : IDisposable
{
    /// <summary>Values of an embedding: 256 channels x 64 rows x 64 columns.</summary>
    public const int EmbeddingLength = 256 * ImageGeometry.GridSide * ImageGeometry.GridSide;

    private const int ImageBytes = ImageGeometry.ModelSide * ImageGeometry.ModelSide * 3;
    private static readonly string[] _inputs = ["pixels", "sizes"];
    private static readonly string[] _outputs = ["embedding"];
    private readonly InferenceSession _session;

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

        var graph = isInt8 ? Int8Products.Make(graphPath) : null;
        _session = SessionFactory.Create(graphPath, options, _inputs, _outputs, out var provider, graph);
        Provider = provider;
    }

    /// <summary>What runs the graph: the provider asked for, or the CPU where falling back to it was allowed.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>Encodes a batch of images in one run.</summary>
    /// <param name="images">At least one image.</param>
    /// <param name="embeddings">Receives [images, 256, 64, 64] values, row-major.</param>
    /// <param name="cancellationToken">Ends a run that has begun, at the next node of the graph.</param>
    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(images.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(embeddings.Length, images.Length * EmbeddingLength);
        var pixels = new byte[images.Length * ImageBytes];
        var sizes = new long[images.Length * 2];
        for (var i = 0; i < images.Length; i++)
        {
            Place(images[i], pixels.AsSpan(i * ImageBytes, ImageBytes));
            sizes[2 * i] = images[i].Geometry.ResizedHeight;
            sizes[2 * i + 1] = images[i].Geometry.ResizedWidth;
        }

        const int Side = ImageGeometry.ModelSide;
        long batch = images.Length;
        using var pixelsValue = OrtValue.CreateTensorValueFromMemory(pixels, [batch, Side, Side, 3]);
        using var sizesValue = OrtValue.CreateTensorValueFromMemory(sizes, [batch, 2]);
        using var output = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance,
            embeddings[..(images.Length * EmbeddingLength)],
            [batch, 256, ImageGeometry.GridSide, ImageGeometry.GridSide]);
        SessionFactory.Run(_session, _inputs, [pixelsValue, sizesValue], _outputs, [output], cancellationToken);
    }

    /// <summary>Releases the session.</summary>
    public void Dispose() => _session.Dispose();

    private static void Place(ModelImage image, Span<byte> square)
    {
        var row = image.Geometry.ResizedWidth * 3;
        for (var y = 0; y < image.Geometry.ResizedHeight; y++)
        {
            image.Pixels.AsSpan(y * row, row).CopyTo(square[(y * ImageGeometry.ModelSide * 3)..]);
        }
    }
}

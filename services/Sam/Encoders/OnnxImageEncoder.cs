using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Encoders;

/// <summary>Runs the encoder graph by ONNX Runtime: on any provider, in any precision, for any encoder.</summary>
internal sealed class OnnxImageEncoder : IImageEncoderBackend
{
    private const int ImageBytes = ImageGeometry.ModelSide * ImageGeometry.ModelSide * 3;
    private static readonly string[] _inputs = ["pixels", "sizes"];
    private static readonly string[] _outputs = ["embedding"];
    private readonly InferenceSession _session;

    /// <param name="graphPath">Path of the <c>encoder</c> graph.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">The graph is not one of this version.</exception>
    public OnnxImageEncoder(string graphPath, RuntimeOptions options)
    {
        var graph = options.EncoderPrecision == EncoderPrecision.Int8 ? Int8Products.Make(graphPath) : null;
        _session = SessionFactory.Create(graphPath, options, _inputs, _outputs, out var provider, graph);
        Provider = provider;
    }

    /// <summary>Execution provider that runs the graph.</summary>
    public ExecutionProvider Provider { get; }

    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
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
            embeddings[..(images.Length * EncoderLayout.Built.EmbeddingLength)],
            [batch, 256, ImageGeometry.GridSide, ImageGeometry.GridSide]);
        SessionFactory.Run(_session, _inputs, [pixelsValue, sizesValue], _outputs, [output], cancellationToken);
    }

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

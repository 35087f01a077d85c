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
    private const int Side = ImageGeometry.ModelSide;
    private const int ImageBytes = Side * Side * 3;
    private static readonly string[] _inputs = ["pixels", "sizes"];
    private static readonly string[] _outputs = ["embedding"];
    private readonly InferenceSession _session;
    private readonly DeviceBindings _bindings;
    private readonly int _fixedBatch;

    /// <param name="graphPath">Path of the <c>encoder</c> graph.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">The graph is not one of this version.</exception>
    public OnnxImageEncoder(string graphPath, RuntimeOptions options)
    {
        var graph = options.EncoderPrecision switch
        {
            EncoderPrecision.Int8 => Int8Products.Make(graphPath),
            EncoderPrecision.Float16 => HalfPrecision.Make(graphPath),
            _ => null,
        };
        _session = SessionFactory.Create(graphPath, options, _inputs, _outputs, out var provider, graph);
        Provider = provider;
        // After falling back to the CPU there is no graph to be replayed.
        var isReplayed = options.CudaGraph && provider == options.Provider;
        _bindings = new(_session, BindingMemory.Of(provider, options.DeviceId), isReplayed);
        _fixedBatch = isReplayed ? options.GraphBatch : 0;
    }

    /// <summary>Execution provider that runs the graph.</summary>
    public ExecutionProvider Provider { get; }

    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        var binding = _bindings.Rent(cancellationToken);
        try
        {
            // A batch of fixed size is filled up with the last image, whose further results are not read.
            var batch = Math.Max(images.Length, _fixedBatch);
            var pixels = binding.Input<byte>("pixels", batch, Side, Side, 3);
            var sizes = binding.Input<long>("sizes", batch, 2);
            for (var i = 0; i < batch; i++)
            {
                var image = images[Math.Min(i, images.Length - 1)];
                Place(image, pixels.Slice(i * ImageBytes, ImageBytes));
                sizes[2 * i] = image.Geometry.ResizedHeight;
                sizes[2 * i + 1] = image.Geometry.ResizedWidth;
            }

            binding.Output<float>("embedding", batch, 256, ImageGeometry.GridSide, ImageGeometry.GridSide);
            binding.Run(cancellationToken);
            var length = images.Length * EncoderLayout.Built.EmbeddingLength;
            binding.Read<float>("embedding")[..length].CopyTo(embeddings.Span);
        }
        finally
        {
            _bindings.Return(binding);
        }
    }

    public void Dispose()
    {
        _bindings.Dispose();
        _session.Dispose();
    }

    private static void Place(ModelImage image, Span<byte> square)
    {
        square.Clear();
        var row = image.Geometry.ResizedWidth * 3;
        for (var y = 0; y < image.Geometry.ResizedHeight; y++)
        {
            image.Pixels.AsSpan(y * row, row).CopyTo(square[(y * Side * 3)..]);
        }
    }
}

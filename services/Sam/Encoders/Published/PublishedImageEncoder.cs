using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;
using Segmentation.Sam.Runtime;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Encoders.Published;

/// <summary>
/// Runs an encoder as it was published, by ONNX Runtime: any form of pixels, one tensor or several, in 32 or 16 bits.
/// </summary>
internal sealed class PublishedImageEncoder : IImageEncoderBackend
{
    private readonly EncoderLayout _layout;
    private readonly InferenceSession _session;
    private readonly PixelWriter _writer;
    private readonly DeviceBindings _bindings;
    private readonly string[] _outputs;

    /// <param name="graphPath">Path of the graph; files with its weights lie beside it.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">The graph has not the inputs and outputs of the layout.</exception>
    public PublishedImageEncoder(string graphPath, EncoderLayout layout, RuntimeOptions options)
    {
        _layout = layout;
        _writer = new PixelWriter(layout);
        _outputs = [.. layout.Tensors.Select(tensor => tensor.Output)];
        var graph = options.EncoderPrecision == EncoderPrecision.Float16 ? HalfPrecision.Make(graphPath) : null;
        _session = SessionFactory.Create(graphPath, options, [layout.Input], _outputs, out var provider, graph);
        Provider = provider;
        _bindings = new(_session, BindingMemory.Of(provider, options.DeviceId), isSingle: false);
    }

    /// <summary>Execution provider that runs the graph.</summary>
    public ExecutionProvider Provider { get; }

    /// <inheritdoc/>
    /// <exception cref="ImageException">An image is larger than the graph takes.</exception>
    /// <exception cref="InvalidDataException">The graph computes tensors of other sizes than the layout's.</exception>
    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        foreach (var image in images)
        {
            Check(image.Geometry);
        }

        var size = _writer.SizeOf(images[0].Geometry);
        var isOneSize = true;
        foreach (var image in images[1..])
        {
            isOneSize &= _writer.SizeOf(image.Geometry) == size;
        }

        if (_layout.IsBatched && isOneSize)
        {
            Run(images, size, embeddings, cancellationToken);
            return;
        }

        for (var i = 0; i < images.Length; i++)
        {
            Run(
                images.Slice(i, 1),
                _writer.SizeOf(images[i].Geometry),
                embeddings.Slice(i * _layout.EmbeddingLength, _layout.EmbeddingLength),
                cancellationToken);
        }
    }

    public void Dispose()
    {
        _bindings.Dispose();
        _session.Dispose();
    }

    private void Check(ImageGeometry geometry)
    {
        var (rows, columns) = _writer.SizeOf(geometry);
        if (geometry.ResizedHeight > rows || geometry.ResizedWidth > columns)
        {
            throw new ImageException(
                ImageError.TooLarge,
                $"The model's encoder was exported for {columns} x {rows} pixels, and this image has "
                + $"{geometry.ResizedWidth} x {geometry.ResizedHeight} (width x height) after its longest side was "
                + $"resized to {ImageGeometry.ModelSide}. Choose another model, or an image of other proportions.");
        }
    }

    private void Run(
        ReadOnlySpan<ModelImage> images,
        (int Rows, int Columns) size,
        Memory<float> embeddings,
        CancellationToken cancellationToken)
    {
        var binding = _bindings.Rent(cancellationToken);
        try
        {
            switch (_layout.Type)
            {
                case NumberType.F32:
                    Write(binding, images, size, static value => value);
                    break;
                case NumberType.F16:
                    Write(binding, images, size, static value => (Float16)value);
                    break;
                case NumberType.U8:
                    Write(binding, images, size, static value => (byte)value);
                    break;
                default:
                    throw new InvalidDataException($"Pixels of type {_layout.Type} are not supported.");
            }

            foreach (var output in _outputs)
            {
                binding.OutputOfAnyShape(output);
            }

            binding.Run(cancellationToken);
            using var outputs = binding.Values();
            var offset = 0;
            for (var i = 0; i < _outputs.Length; i++)
            {
                Read(outputs[i], _layout.Tensors[i], images.Length, embeddings.Span[offset..]);
                offset += _layout.Tensors[i].Length;
            }
        }
        finally
        {
            _bindings.Return(binding);
        }
    }

    private void Write<T>(
        DeviceBinding binding,
        ReadOnlySpan<ModelImage> images,
        (int Rows, int Columns) size,
        Func<float, T> convert)
        where T : unmanaged
    {
        var length = 3 * size.Rows * size.Columns;
        var values = binding.Input<T>(_layout.Input, _writer.ShapeOf(images.Length, size.Rows, size.Columns));
        for (var i = 0; i < images.Length; i++)
        {
            _writer.Write(images[i], size.Rows, size.Columns, values.Slice(i * length, length), convert);
        }
    }

    /// <summary>Copies a tensor of every image to its place in that image's flat embedding.</summary>
    private void Read(OrtValue output, EncoderTensor tensor, int images, Span<float> embeddings)
    {
        var shape = output.GetTensorTypeAndShape();
        // SAM-HQ stacks the features of its four global blocks, of which the first are used.
        var isStacked = tensor.Role == TensorRole.Intermediate && shape.Shape.Length > tensor.Dimensions.Count + 1;
        var expected = (long)tensor.Length * images * (isStacked ? shape.Shape[0] : 1);
        if (shape.ElementCount != expected)
        {
            throw new InvalidDataException(
                $"The encoder's output '{tensor.Output}' has the shape [{string.Join(", ", shape.Shape)}] where the "
                + $"model's layout says [{string.Join(", ", tensor.Dimensions)}] for each of {images} images: "
                + "add the model again.");
        }

        for (var i = 0; i < images; i++)
        {
            var target = embeddings.Slice(i * _layout.EmbeddingLength, tensor.Length);
            if (tensor.Type == NumberType.F16)
            {
                var halves = MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>());
                TensorPrimitives.ConvertToSingle(halves.Slice(i * tensor.Length, tensor.Length), target);
            }
            else
            {
                output.GetTensorDataAsSpan<float>().Slice(i * tensor.Length, tensor.Length).CopyTo(target);
            }
        }
    }
}

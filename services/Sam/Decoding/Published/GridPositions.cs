using System.Runtime.InteropServices;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Encoders.Published;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Published;

/// <summary>
/// Positional encoding of the grid, which exports of Hugging Face's SAM 1 compute in the encoder though it is the same
/// for all images.
/// </summary>
internal static class GridPositions
{
    /// <summary>Reads the encoding from the model's data file, or else from one run of its encoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="port">The decoder's input, whose name is also that of the encoder's output.</param>
    /// <param name="options">How to run the encoder.</param>
    /// <returns>[256, 64, 64] values.</returns>
    /// <exception cref="InvalidDataException">The file or the output has another size.</exception>
    public static float[] Read(ModelPackage model, GraphPort port, RuntimeOptions options)
    {
        var tensor = new EncoderTensor(TensorRole.Positional, port.Name, [256, 64, 64], port.Type);
        if (model.Manifest.Data?.Any(data => data.File == ModelManifest.Positional) == true)
        {
            var path = Path.Combine(Path.GetDirectoryName(model.EncoderPath)!, ModelManifest.Positional);
            var bytes = File.ReadAllBytes(path);
            return bytes.Length == tensor.Length * sizeof(float)
                ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                : throw new InvalidDataException(
                    $"{path} has {bytes.Length} bytes instead of {tensor.Length * sizeof(float)}: "
                    + "add the model again.");
        }

        var (values, side) = (new float[tensor.Length], ImageGeometry.ModelSide);
        using var encoder = new PublishedImageEncoder(
            model.EncoderPath, model.Layout.Encoder with { Tensors = [tensor] }, options);
        var black = new ModelImage(
            new ImageGeometry(side, side, model.Layout.Resizing), "image/png", new byte[side * side * 3]);
        encoder.Encode([black], values, CancellationToken.None);
        return values;
    }
}

using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Published;

/// <summary>
/// A published SAM export, run as it is by ONNX Runtime: an encoder ([1, 3, 1024, 1024] normalised RGB in) and
/// segment-anything's <c>export_onnx_model.py</c> decoder with <c>return_single_mask</c>. The built graphs are checked
/// and measured against it. Its sessions have the options with which it is fastest: all graph optimisations and reused
/// buffers.
/// </summary>
public sealed class PublishedModel : IDisposable
{
    private const int Side = ImageGeometry.ModelSide;
    private static readonly float[] _mean = [123.675f, 116.28f, 103.53f];
    private static readonly float[] _deviation = [58.395f, 57.12f, 57.375f];
    private static readonly string[] _decoderInputs =
        ["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input", "orig_im_size"];

    private readonly InferenceSession _encoder;
    private readonly InferenceSession _decoder;
    private readonly string[] _encoderInput;
    private readonly string[] _encoderOutput;
    private readonly float[] _noMask = new float[ImageGeometry.LowResSide * ImageGeometry.LowResSide];

    /// <param name="encoderPath">Path of the encoder.</param>
    /// <param name="decoderPath">Path of the decoder.</param>
    /// <param name="options">How to run them.</param>
    /// <exception cref="InvalidDataException">The decoder is not such an export.</exception>
    public PublishedModel(string encoderPath, string decoderPath, RuntimeOptions options)
    {
        _encoder = SessionFactory.Create(encoderPath, options, [], []);
        _decoder = SessionFactory.Create(decoderPath, options, _decoderInputs, ["low_res_masks", "iou_predictions"]);
        _encoderInput = [_encoder.InputNames[0]];
        _encoderOutput = [_encoder.OutputNames[0]];
    }

    /// <summary>Normalises and pads as <c>Sam.preprocess</c> does.</summary>
    /// <returns>[3, 1024, 1024] values.</returns>
    public static float[] Normalise(ModelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var values = new float[3 * Side * Side];
        var geometry = image.Geometry;
        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < geometry.ResizedHeight; y++)
            {
                for (var x = 0; x < geometry.ResizedWidth; x++)
                {
                    var pixel = image.Pixels[(y * geometry.ResizedWidth + x) * 3 + channel];
                    values[(channel * Side + y) * Side + x] = (pixel - _mean[channel]) / _deviation[channel];
                }
            }
        }

        return values;
    }

    /// <summary>Encodes one normalised image.</summary>
    /// <param name="normalised">[3, 1024, 1024] values.</param>
    /// <param name="embedding">Receives [256, 64, 64] values.</param>
    public void Encode(float[] normalised, float[] embedding)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(normalised, [1, 3, Side, Side]);
        using var output = OrtValue.CreateTensorValueFromMemory(
            embedding, [1, 256, ImageGeometry.GridSide, ImageGeometry.GridSide]);
        SessionFactory.Run(_encoder, _encoderInput, [input], _encoderOutput, [output], CancellationToken.None);
    }

    /// <summary>
    /// Decodes one prompt. With two points or fewer, padding included, the export returns the best of output tokens 1
    /// to 3, otherwise token 0.
    /// </summary>
    /// <param name="embedding">[256, 64, 64] values.</param>
    /// <param name="geometry">Sizes of the image.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="logits">Receives 256 x 256 values.</param>
    /// <returns>The predicted IoU.</returns>
    public float Decode(float[] embedding, ImageGeometry geometry, Prompt prompt, float[] logits)
    {
        var batch = new Decoding.DecodeBatch(geometry, [prompt], multimask: false, wholeSquare: true);
        float[] hasMask = [prompt.MaskLogits is null ? 0 : 1];
        float[] size = [geometry.Height, geometry.Width];
        using var embeddingValue = OrtValue.CreateTensorValueFromMemory(
            embedding, [1, 256, ImageGeometry.GridSide, ImageGeometry.GridSide]);
        using var coordinates = OrtValue.CreateTensorValueFromMemory(batch.Coordinates, [1, batch.Tokens, 2]);
        using var labels = OrtValue.CreateTensorValueFromMemory(batch.Labels, [1, batch.Tokens]);
        using var mask = OrtValue.CreateTensorValueFromMemory(
            prompt.MaskLogits ?? _noMask, [1, 1, ImageGeometry.LowResSide, ImageGeometry.LowResSide]);
        using var hasMaskValue = OrtValue.CreateTensorValueFromMemory(hasMask, [1]);
        using var sizeValue = OrtValue.CreateTensorValueFromMemory(size, [2]);
        using var options = new RunOptions();
        using var outputs = _decoder.Run(
            options,
            _decoderInputs,
            [embeddingValue, coordinates, labels, mask, hasMaskValue, sizeValue],
            ["low_res_masks", "iou_predictions"]);
        outputs[0].GetTensorDataAsSpan<float>().CopyTo(logits);
        return outputs[1].GetTensorDataAsSpan<float>()[0];
    }

    /// <summary>Releases the sessions.</summary>
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }
}

using System.Diagnostics.CodeAnalysis;
using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Packaging;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Models.Layouts;

namespace Segmentation.ModelBuilder;

/// <summary>Reads the weights of a published decoder and writes this project's graphs of them.</summary>
public static class DecoderImport
{
    private static readonly string[] _families = ["sam1", "sam2", "huggingface-sam1", "huggingface-sam2"];

    /// <summary>Writes <c>image.onnx</c>, <c>mask.onnx</c> and <c>decode.onnx</c>, and says what they can do.</summary>
    /// <param name="decoderPath">The published decoder; external data lie beside.</param>
    /// <param name="layout">Its layout, as recognised from its inputs and outputs.</param>
    /// <param name="folder">Folder of the three files; made if there is none.</param>
    /// <param name="built">
    /// Layout of the written graphs: all tokens, boxes and masks whose weights are in the file, also where the
    /// published graph offers fewer.
    /// </param>
    /// <param name="reason">A sentence that says what is missing where the answer is false.</param>
    /// <returns>True if all weights were found and the graphs are written.</returns>
    public static bool TryBuild(
        string decoderPath,
        DecoderLayout layout,
        string folder,
        [NotNullWhen(true)] out DecoderLayout? built,
        [NotNullWhen(false)] out string? reason)
    {
        (built, reason) = (null, null);
        if (!_families.Contains(layout.Family))
        {
            reason = $"A decoder of the family '{layout.Family}' has another architecture than SAM's; it runs as its "
                + "published graph.";
            return false;
        }

        try
        {
            var weights = new DecoderWeightReader(PublishedFile.Read(new FileInfo(decoderPath))).Read();
            ModelWriter.WriteDecoder(weights, folder);
            built = LayoutOf(weights);
            return true;
        }
        catch (Exception exception) when (exception is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            reason = exception.Message;
            return false;
        }
    }

    // The prompts and masks that the weights allow. The published graph may offer fewer.
    private static DecoderLayout LayoutOf(PublishedDecoderWeights weights) => DecoderLayout.Built with
    {
        Family = weights.IsSam2 ? "sam2" : "sam1",
        Tokens = weights.Tokens,
        Box = weights.HasCorners ? BoxPort.Labels : BoxPort.None,
        TakesMask = weights.HasMaskPrompt,
    };
}

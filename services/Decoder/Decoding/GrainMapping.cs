using System.Runtime.InteropServices;
using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models.Layouts;
using Segmentation.Sam;
using Segmentation.Sam.Prompts;

namespace Segmentation.Decoder.Decoding;

/// <summary>Between the messages of the grain and the types of the model library.</summary>
internal static class GrainMapping
{
    private const int LogitCount = ImageGeometry.LowResSide * ImageGeometry.LowResSide;

    /// <param name="prompt">The prompt as it came.</param>
    /// <param name="maskLogits">Logits of the mask that it names by id, or null.</param>
    /// <exception cref="ArgumentException">Its own logits are not 256 x 256 values.</exception>
    public static Prompt ToPrompt(PromptData prompt, float[]? maskLogits) => new()
    {
        Points = Array.ConvertAll(prompt.Points, ToPoint),
        Box = prompt.Box is { } box ? new BoxPrompt(box.XMin, box.YMin, box.XMax, box.YMax) : null,
        MaskLogits = maskLogits ?? (prompt.MaskLogits is { } bytes ? ToLogits(bytes) : null),
    };

    /// <summary>Properties of a prompt on which it depends whether a model can take it.</summary>
    public static PromptFeatures ToFeatures(PromptData prompt) => new(
        prompt.Points.Length,
        Array.Exists(prompt.Points, point => !point.IsForeground),
        prompt.Box is not null,
        prompt.MaskLogits is not null || prompt.MaskId is not null);

    /// <summary>Number and forms of the masks: logits also when the answer may be refined.</summary>
    public static SegmentOptions ToOptions(DecodeRequest request) => new()
    {
        MaskCount = Enum.IsDefined(request.MaskCount)
            ? request.MaskCount
            : throw new ArgumentOutOfRangeException(nameof(request), request.MaskCount, "Unknown mask count."),
        Forms = request.Forms | (request.Refinable ? MaskForms.Logits : MaskForms.None),
        UseImageProjections = request.Lane == Lane.Batch,
    };

    /// <summary>A mask as the grain answers it; logits travel only when they were asked for.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="id">Its id.</param>
    /// <param name="forms">What was asked for.</param>
    /// <param name="yieldPoint">Checked while its text is written.</param>
    public static MaskData ToMask(SegmentedMask mask, string id, MaskForms forms, YieldPoint yieldPoint) => new()
    {
        Id = id,
        PredictedIou = mask.PredictedIou,
        StabilityScore = mask.StabilityScore,
        Area = mask.Area,
        BoxX = mask.Box.X,
        BoxY = mask.Box.Y,
        BoxWidth = mask.Box.Width,
        BoxHeight = mask.Box.Height,
        Height = mask.RunLengths.Height,
        Width = mask.RunLengths.Width,
        Counts = mask.RunLengths.ToCocoString(yieldPoint),
        Png = mask.Png,
        Polygons = mask.Polygons?.Select(p => new PolygonData([.. p.Coordinates], p.IsHole)).ToArray(),
        Logits = forms.HasFlag(MaskForms.Logits) ? MemoryMarshal.AsBytes(mask.Logits.AsSpan()).ToArray() : null,
    };

    /// <summary>An embedding as it came, without a copy of its values.</summary>
    /// <exception cref="ArgumentException">Not as many values as an embedding has.</exception>
    public static Embedding ToEmbedding(EmbeddingData embedding)
    {
        var image = embedding.Image;
        return new Embedding(
            new EmbeddingInfo(image.Width, image.Height, image.SizeBytes, image.MediaType), embedding.Float16);
    }

    /// <summary>Size, format and number of bytes of an image.</summary>
    public static ImageData ToImage(EmbeddingInfo info) =>
        new(info.Width, info.Height, info.SizeBytes, info.MediaType);

    private static PointPrompt ToPoint(PointData point) =>
        new(point.X, point.Y, point.IsForeground ? PointLabel.Foreground : PointLabel.Background);

    private static float[] ToLogits(byte[] bytes) => bytes.Length == LogitCount * sizeof(float)
        ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
        : throw new ArgumentException(
            $"Mask logits are {LogitCount * sizeof(float)} bytes, not {bytes.Length}.", nameof(bytes));
}

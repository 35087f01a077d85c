using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding;

/// <summary>Runs the decode graph by ONNX Runtime: on every execution provider but the CPU.</summary>
internal sealed class OnnxMaskDecoder(string path, RuntimeOptions options) : IMaskDecoder
{
    private static readonly string[] _inputs =
        [.. PreparedTokens.Names, "point_coords", "point_labels", "mask_tokens", "grid_size"];

    private static readonly string[] _outputs = ["low_res_logits", "iou_predictions"];
    private readonly InferenceSession _session = SessionFactory.Create(path, options, _inputs, _outputs);

    /// <summary>
    /// 2: ONNX Runtime multiplies a single row by another kernel, whose sums differ in the last bit.
    /// </summary>
    public int MinBatch => 2;

    public AlignedBuffer? PrecomputeProjections(PreparedTokens image, YieldPoint yieldPoint) => null;

    public void Decode(
        PreparedTokens image,
        DecodeBatch batch,
        Memory<float> logits,
        Memory<float> predictedIou,
        Arena memory,
        CancellationToken cancellationToken)
    {
        var info = OrtMemoryInfo.DefaultInstance;
        long count = batch.Count;
        using var coordinates = OrtValue.CreateTensorValueFromMemory(batch.Coordinates, [count, batch.Tokens, 2]);
        using var labels = OrtValue.CreateTensorValueFromMemory(batch.Labels, [count, batch.Tokens]);
        using var tokens = OrtValue.CreateTensorValueFromMemory(batch.MaskTokens, [batch.MaskTokens.Length]);
        using var grid = OrtValue.CreateTensorValueFromMemory(batch.GridSize, [2]);
        using var logitsValue = OrtValue.CreateTensorValueFromMemory(
            info, logits, [count, batch.MaskTokens.Length, batch.LogitRows, batch.LogitColumns]);
        using var iouValue = OrtValue.CreateTensorValueFromMemory(info, predictedIou, [count, 4]);
        SessionFactory.Run(
            _session,
            _inputs,
            [.. image.Tensors, coordinates, labels, tokens, grid],
            _outputs,
            [logitsValue, iouValue],
            cancellationToken);
        GC.KeepAlive(image);
    }

    public void Dispose() => _session.Dispose();
}

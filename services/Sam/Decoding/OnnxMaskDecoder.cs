using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding;

/// <summary>Runs the decode graph by ONNX Runtime: on every execution provider but the CPU.</summary>
internal sealed class OnnxMaskDecoder : IMaskDecoder
{
    private const string ObjectScores = "object_score_logits";
    private static readonly string[] _promptInputs = ["point_coords", "point_labels", "mask_tokens", "grid_size"];
    private readonly InferenceSession _session;
    private readonly string[] _inputs = [.. PreparedTokens.Names, .. _promptInputs];
    private readonly string[] _outputs = ["low_res_logits", "iou_predictions"];

    // C/8 of SAM 2; 0 for SAM 1.
    private readonly int _highResChannels;
    private readonly bool _hasObjectScores;

    /// <param name="path">Path of the decode graph.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">The graph is not one of this version.</exception>
    public OnnxMaskDecoder(string path, RuntimeOptions options)
    {
        _session = SessionFactory.Create(path, options, _inputs, _outputs);
        if (_session.InputMetadata.TryGetValue(OnnxHighResFeatures.Names[0], out var features))
        {
            _highResChannels = features.Dimensions[1];
            _inputs = [.. PreparedTokens.Names, .. OnnxHighResFeatures.Names, .. _promptInputs];
        }

        if (_session.OutputNames.Contains(ObjectScores))
        {
            _hasObjectScores = true;
            _outputs = [.. _outputs, ObjectScores];
        }
    }

    /// <summary>
    /// 2: ONNX Runtime multiplies a single row by another kernel, whose sums differ in the last bit.
    /// </summary>
    public int MinBatch => 2;

    public int HighResLength => OnnxHighResFeatures.Length(_highResChannels);

    public IHighResFeatures? PrepareHighRes(ReadOnlySpan<float> features, YieldPoint yieldPoint) =>
        _highResChannels > 0 ? new OnnxHighResFeatures(features, _highResChannels) : null;

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
        var highRes = (image.HighRes as OnnxHighResFeatures)?.Tensors ?? [];
        var objectScores = _hasObjectScores ? new float[count] : null;
        using var objectScoresValue = objectScores is null
            ? null
            : OrtValue.CreateTensorValueFromMemory(objectScores, [count, 1]);
        SessionFactory.Run(
            _session,
            _inputs,
            [.. image.Tensors, .. highRes, coordinates, labels, tokens, grid],
            _outputs,
            objectScoresValue is null ? [logitsValue, iouValue] : [logitsValue, iouValue, objectScoresValue],
            cancellationToken);
        batch.ObjectScoreLogits = objectScores;
        GC.KeepAlive(image);
    }

    public void Dispose() => _session.Dispose();
}

using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Sam.Runtime;
using Segmentation.Tests.Shared.Twins;

namespace Segmentation.LoadTests.Inputs;

/// <summary>
/// A published decoder of SAM 2 as samexporter writes it, run as it is by ONNX Runtime. Masks are those of output
/// tokens 1 to 3, limited to 32.
/// </summary>
/// <param name="path">Path of the decoder.</param>
/// <param name="options">How to run it.</param>
/// <exception cref="InvalidDataException">The file has other inputs or outputs.</exception>
internal sealed class Sam2Decoder(string path, RuntimeOptions options) : IDisposable
{
    private const int Tokens = 256 * 64 * 64;
    private const int HighRes0 = 32 * 256 * 256;
    private const int HighRes1 = 64 * 128 * 128;
    private const int MaskSide = 256;
    private static readonly string[] _inputs =
    [
        "image_embed", "high_res_feats_0", "high_res_feats_1", "point_coords", "point_labels", "mask_input",
        "has_mask_input",
    ];

    private static readonly string[] _outputs = ["masks", "iou_predictions"];
    private readonly InferenceSession _session = SessionFactory.Create(path, options, _inputs, _outputs);
    private readonly float[] _mask = new float[MaskSide * MaskSide];
    private readonly float[] _hasMask = [0];
    private readonly float[] _label = [1];
    private readonly float[] _predictedIou = new float[3];

    /// <summary>Logits of the last decode, [3, 256, 256].</summary>
    public float[] Logits { get; } = new float[3 * MaskSide * MaskSide];

    /// <summary>Writes a decoder with random weights.</summary>
    /// <param name="folder">Folder of the file.</param>
    /// <returns>Its path.</returns>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, "published.onnx");
        File.WriteAllBytes(path, DecoderTwin.Build(new() { Form = TwinForm.SamExporter }).Model.ToByteArray());
        return path;
    }

    /// <summary>
    /// Makes the embedding of an image with its high-resolution features, of random numbers from -1 to 1.
    /// </summary>
    public static float[] RandomEmbedding()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, Tokens + HighRes0 + HighRes1).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    /// <summary>Decodes one click.</summary>
    /// <param name="embedding">The embedding with high-resolution features.</param>
    /// <param name="x">Column in the square of 1024 pixels.</param>
    /// <param name="y">Row in it.</param>
    public void Decode(float[] embedding, float x, float y)
    {
        var info = OrtMemoryInfo.DefaultInstance;
        using var tokens = OrtValue.CreateTensorValueFromMemory(info, embedding.AsMemory(0, Tokens), [1, 256, 64, 64]);
        using var first = OrtValue.CreateTensorValueFromMemory(
            info, embedding.AsMemory(Tokens, HighRes0), [1, 32, 256, 256]);
        using var second = OrtValue.CreateTensorValueFromMemory(
            info, embedding.AsMemory(Tokens + HighRes0, HighRes1), [1, 64, 128, 128]);
        using var points = OrtValue.CreateTensorValueFromMemory(new[] { x, y }, [1, 1, 2]);
        using var labels = OrtValue.CreateTensorValueFromMemory(_label, [1, 1]);
        using var mask = OrtValue.CreateTensorValueFromMemory(_mask, [1, 1, MaskSide, MaskSide]);
        using var hasMask = OrtValue.CreateTensorValueFromMemory(_hasMask, [1]);
        using var logits = OrtValue.CreateTensorValueFromMemory(Logits, [1, 3, MaskSide, MaskSide]);
        using var predictedIou = OrtValue.CreateTensorValueFromMemory(_predictedIou, [1, 3]);
        SessionFactory.Run(
            _session,
            _inputs,
            [tokens, first, second, points, labels, mask, hasMask],
            _outputs,
            [logits, predictedIou],
            CancellationToken.None);
    }

    public void Dispose() => _session.Dispose();
}

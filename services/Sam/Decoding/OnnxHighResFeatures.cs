using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Decoding;

/// <summary>High-resolution features as inputs of the decode graph, 12.6 MB in 32 bits.</summary>
internal sealed class OnnxHighResFeatures : IHighResFeatures
{
    /// <summary>Names of the inputs, in the order of <see cref="Tensors"/>.</summary>
    public static readonly string[] Names = ["high_res_0", "high_res_1"];

    private const int Side0 = ImageGeometry.LowResSide;
    private const int Side1 = Side0 / 2;
    private readonly float[] _features;

    /// <param name="features">[channels, 256, 256] values, then [2 channels, 128, 128].</param>
    /// <param name="channels">C/8.</param>
    public OnnxHighResFeatures(ReadOnlySpan<float> features, int channels)
    {
        _features = features.ToArray();
        var first = channels * Side0 * Side0;
        Tensors =
        [
            Wrap(_features.AsMemory(0, first), [1, channels, Side0, Side0]),
            Wrap(_features.AsMemory(first), [1, 2 * channels, Side1, Side1]),
        ];
    }

    /// <summary>The features as inputs. Their finalizers release them: a running decode may still read them.</summary>
    public IReadOnlyList<OrtValue> Tensors { get; }

    /// <summary>Returns the number of values of an image.</summary>
    /// <param name="channels">C/8.</param>
    public static int Length(int channels) => channels * Side0 * Side0 + 2 * channels * Side1 * Side1;

    /// <inheritdoc/>
    public long SizeBytes => (long)_features.Length * sizeof(float);

    /// <inheritdoc/>
    public void Restore(Span<float> features, YieldPoint yieldPoint) => _features.CopyTo(features);

    private static OrtValue Wrap(Memory<float> values, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values, shape);
}

using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>Buffers that one thread reuses from prompt to prompt. Not safe for concurrent use.</summary>
public sealed class SegmentWorkspace
{
    private float[] _logits = [];

    internal SegmentWorkspace(IReadOnlyList<long[]> imageShapes, bool lendsMasks)
    {
        ImageShapes = imageShapes;
        Masks = new MaskWorkspace { Lends = lendsMasks };
    }

    /// <summary>
    /// Called about every tenth of a millisecond on the thread that decodes prompts (every few tenths between the steps
    /// of a decode and while forms of masks are made): more urgent work can run here, with another workspace. Not
    /// called with execution providers other than the CPU.
    /// </summary>
    public Action? OnYield { get; set; }

    /// <summary>Predicted IoU of all four output tokens, [batch, 4].</summary>
    internal float[] PredictedIou { get; } = new float[DecodeBatch.MaxPrompts * 4];

    /// <summary>Memory of the decoder.</summary>
    internal Arena Decoding { get; } = new();

    /// <summary>Memory for turning logits into masks.</summary>
    internal MaskWorkspace Masks { get; }

    /// <summary>Image with a mask prompt added: allocated at the first mask prompt, then overwritten.</summary>
    internal PreparedTokens? MaskedImage { get; private set; }

    private IReadOnlyList<long[]> ImageShapes { get; }

    /// <summary>Returns memory for so many logits; it holds those of the last run.</summary>
    internal Memory<float> Logits(int length)
    {
        if (_logits.Length < length)
        {
            _logits = GC.AllocateUninitializedArray<float>(length);
        }

        return _logits.AsMemory(0, length);
    }

    /// <summary>Returns a prepared image of a geometry to write a mask prompt to.</summary>
    internal PreparedTokens MaskedImageFor(ImageGeometry geometry)
    {
        if (MaskedImage?.Geometry != geometry)
        {
            MaskedImage = MaskedImage?.WithGeometry(geometry) ?? new PreparedTokens(geometry, ImageShapes);
        }

        return MaskedImage;
    }
}

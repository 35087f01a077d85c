using Segmentation.Sam.Images;
using Segmentation.Sam.Masks;
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
    /// Called every tenth of a millisecond or so (between passes and while forms of masks are made, every few) on the thread that
    /// decodes prompts: whoever has something more urgent for it can do that there, with another workspace. Not with
    /// execution providers other than the CPU's.
    /// </summary>
    public Action? OnYield { get; set; }

    /// <summary>Predicted IoU of all four output tokens, [batch, 4].</summary>
    internal float[] PredictedIou { get; } = new float[DecodeBatch.MaxPrompts * 4];

    /// <summary>For decoding.</summary>
    internal Arena Decoding { get; } = new();

    /// <summary>For making masks of logits.</summary>
    internal MaskWorkspace Masks { get; }

    /// <summary>The image with a mask prompt in it; made at the first mask prompt, then written over.</summary>
    internal PreparedImage? MaskedImage { get; private set; }

    private IReadOnlyList<long[]> ImageShapes { get; }

    /// <summary>At least that many values for logits; what they hold is of the last run.</summary>
    internal Memory<float> Logits(int length)
    {
        if (_logits.Length < length)
        {
            _logits = GC.AllocateUninitializedArray<float>(length);
        }

        return _logits.AsMemory(0, length);
    }

    /// <summary>A prepared image of that geometry to write a mask prompt into.</summary>
    internal PreparedImage MaskedImageFor(ImageGeometry geometry)
    {
        if (MaskedImage?.Geometry != geometry)
        {
            MaskedImage = MaskedImage?.WithGeometry(geometry) ?? new PreparedImage(geometry, ImageShapes);
        }

        return MaskedImage;
    }
}

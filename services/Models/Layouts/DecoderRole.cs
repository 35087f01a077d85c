namespace Segmentation.Models.Layouts;

/// <summary>Role of an input or output of a decoder that runs as its published graph.</summary>
public enum DecoderRole
{
    /// <summary>Input: the embedding.</summary>
    Embedding,

    /// <summary>Input: <see cref="TensorRole.HighRes0"/>.</summary>
    HighRes0,

    /// <summary>Input: <see cref="TensorRole.HighRes1"/>.</summary>
    HighRes1,

    /// <summary>Input: <see cref="TensorRole.Intermediate"/>.</summary>
    Intermediate,

    /// <summary>Input: <see cref="TensorRole.Positional"/>.</summary>
    Positional,

    /// <summary>Input: coordinates of points.</summary>
    Points,

    /// <summary>Input: labels of points.</summary>
    Labels,

    /// <summary>Input: boxes, xyxy.</summary>
    Boxes,

    /// <summary>Input: logits of an earlier mask.</summary>
    MaskInput,

    /// <summary>
    /// Input: 1 where <see cref="MaskInput"/> counts, else 0. One value, whatever the number of prompts.
    /// </summary>
    HasMaskInput,

    /// <summary>
    /// Input: height and width, in this order. Always 256 and 256: masks then have the size of the logits, which some
    /// decoders give in no other way.
    /// </summary>
    ImageSize,

    /// <summary>Output: logits of [256,256] a mask, which every answer is made from.</summary>
    LowResLogits,

    /// <summary>Output: predicted IoU, or what stands for it.</summary>
    Scores,

    /// <summary>Output: logit of the object being there.</summary>
    ObjectScore,
}

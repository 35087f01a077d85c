namespace Segmentation.Models.Layouts;

/// <summary>Role of a tensor that an encoder computes.</summary>
public enum TensorRole
{
    /// <summary>The image embedding, [256,64,64]. Every model has it.</summary>
    Embedding,

    /// <summary>SAM 2: features for the second upscaling, [32,256,256].</summary>
    HighRes0,

    /// <summary>SAM 2: features for the first upscaling, [64,128,128].</summary>
    HighRes1,

    /// <summary>SAM-HQ: features of the first global block, [64,64,C] row-major, C = 768, 1024 or 1280.</summary>
    Intermediate,

    /// <summary>
    /// Hugging Face: positional encoding of the grid, [256,64,64]. The same for all images; not stored.
    /// </summary>
    Positional,
}

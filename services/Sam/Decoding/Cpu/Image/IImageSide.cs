using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>The image's half of both layers for a batch of prompts: passes over the rows of the image's grid.</summary>
internal unsafe interface IImageSide
{
    /// <summary>Begins a layer: the image is to attend to tokens.</summary>
    /// <param name="positioned">The tokens with the prompts' positions, [prompts T, C].</param>
    /// <param name="tokens">The tokens.</param>
    void Begin(Matrix positioned, Matrix tokens);

    /// <summary>The image attends to the tokens that the layer began with, and others to what becomes of it.</summary>
    /// <param name="positioned">These others with their positions.</param>
    /// <returns>What they take from the image, [prompts T, C].</returns>
    Matrix Attend(Matrix positioned);

    /// <summary>Sets features behind the first upscaling layer, of a block of columns of a grid row.</summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">First column.</param>
    /// <param name="width">Columns, whole vectors.</param>
    /// <param name="features">Receives [features, width].</param>
    void SetFeatures(int prompt, int row, int column, int width, float* features);
}

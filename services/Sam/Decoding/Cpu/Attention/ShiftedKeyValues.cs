using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// T tokens that the image attends to. Softmax sees differences only, so keys and values are relative to the last token's.
/// </summary>
/// <param name="Keys">[T - 1, 8 D].</param>
/// <param name="Values">[T - 1, 8 D].</param>
/// <param name="Last">The last token's value, [1, 8 D].</param>
/// <param name="Projected">The values behind the output projection, head by head: [8 (T - 1), C].</param>
/// <param name="Origin">The last one behind it, with its bias: [1, C].</param>
internal readonly record struct ShiftedKeyValues(
    Matrix Keys, Matrix Values, Matrix Last, Matrix Projected, Matrix Origin);

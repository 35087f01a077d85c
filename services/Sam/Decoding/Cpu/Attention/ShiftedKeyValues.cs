using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Keys and values of a prompt's T tokens, relative to the last token's: softmax is invariant to a shift of all scores,
/// and attention weights sum to one. So an attention to T tokens needs T - 1 keys a head, and every cell receives the
/// origin.
/// </summary>
/// <param name="Keys">[T - 1, H D].</param>
/// <param name="Values">[T - 1, H D].</param>
/// <param name="LastValue">The last token's value, [1, H D].</param>
/// <param name="ProjectedValues">V: the values through Wo, head by head, [H (T - 1), C].</param>
/// <param name="Origin">o: the last token's value through Wo, plus bo, [1, C].</param>
internal readonly record struct ShiftedKeyValues(
    Matrix Keys, Matrix Values, Matrix LastValue, Matrix ProjectedValues, Matrix Origin);

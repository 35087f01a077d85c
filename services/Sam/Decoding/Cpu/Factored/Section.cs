namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Consecutive rows of 64 floats within the projections of a grid row.</summary>
/// <param name="First">First row.</param>
/// <param name="Count">Their number.</param>
internal readonly record struct Section(int First, int Count)
{
    /// <summary>First row after the section.</summary>
    public int End => First + Count;
}

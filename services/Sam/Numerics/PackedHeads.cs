namespace Segmentation.Sam.Numerics;

/// <summary>Rows [n, heads size] packed as one left operand [n, size] for each head.</summary>
internal readonly unsafe struct PackedHeads
{
    private readonly float* _panels;
    private readonly int _rows;
    private readonly int _size;

    /// <param name="memory">Holds the panels.</param>
    /// <param name="source">The rows.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="size">Columns of a head.</param>
    public PackedHeads(Arena memory, Matrix source, int heads, int size)
    {
        (_rows, _size) = (source.Count, size);
        _panels = memory.AllocateUninitialized(heads * source.Rows, size).Data;
        for (var head = 0; head < heads; head++)
        {
            PackedA.Rows(source, head * size, size, Panels(head));
        }
    }

    /// <summary>The operand of a head.</summary>
    public OperandA<Interleaved> this[int head] => PackedA.View(Panels(head), _rows, _size);

    private float* Panels(int head) => _panels + head * PackedA.Length(_rows, _size);
}

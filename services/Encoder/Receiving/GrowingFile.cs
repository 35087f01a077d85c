using Segmentation.Common.Budgets;

namespace Segmentation.Encoder.Receiving;

/// <summary>Bytes of a file as they arrive: the array grows with them, to twice their number at most.</summary>
/// <param name="announced">Bytes that the file will have.</param>
/// <param name="lease">Charged for the arrays.</param>
internal sealed class GrowingFile(int announced, BudgetLease lease)
{
    /// <summary>Bytes of the first array, unless fewer are announced.</summary>
    private const int First = 1 << 18;

    // Not pooled: an encoding that other callers wait for may still read it when this call has ended.
    private byte[] _bytes = [];

    /// <summary>Bytes that have arrived.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that have arrived.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>Adds bytes, at most as many as are still missing.</summary>
    /// <returns>False when there is no room for them.</returns>
    public bool TryAdd(ReadOnlySpan<byte> chunk)
    {
        var needed = Length + chunk.Length;
        if (needed > _bytes.Length && !TryGrow((int)Math.Min(announced, Math.Max(First, 2L * needed))))
        {
            return false;
        }

        chunk.CopyTo(_bytes.AsSpan(Length));
        Length = needed;
        return true;
    }

    private bool TryGrow(int capacity)
    {
        if (!lease.TryGrow(capacity))
        {
            return false;
        }

        var grown = GC.AllocateUninitializedArray<byte>(capacity);
        Bytes.CopyTo(grown);
        lease.Shrink(_bytes.Length);
        _bytes = grown;
        return true;
    }
}

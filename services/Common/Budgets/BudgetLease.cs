namespace Segmentation.Common.Budgets;

/// <summary>One caller's part of a <see cref="ByteBudget"/>. Not safe for concurrent use.</summary>
public sealed class BudgetLease : IDisposable
{
    private readonly ByteBudget _budget;

    internal BudgetLease(ByteBudget budget, string? tenant, string connection, object? request) =>
        (_budget, Tenant, Connection, Request) = (budget, tenant, connection, request ?? this);

    /// <summary>Bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Tenant with whom the share is counted; null: the lease shares with nobody.</summary>
    internal string? Tenant { get; }

    internal string Connection { get; }

    internal object Request { get; }

    /// <summary>Takes more.</summary>
    /// <param name="bytes">Additional bytes, not negative.</param>
    /// <returns>False, and nothing taken, when there is no room or the caller has its share.</returns>
    public bool TryGrow(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > 0 && !_budget.TryTake(this, bytes))
        {
            return false;
        }

        Bytes += bytes;
        return true;
    }

    /// <summary>Gives a part back.</summary>
    /// <param name="bytes">Bytes to give back, at most <see cref="Bytes"/>.</param>
    public void Shrink(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Bytes);
        if (bytes > 0)
        {
            Bytes -= bytes;
            _budget.Return(this, bytes);
        }
    }

    /// <summary>Gives back what is above a number of bytes.</summary>
    /// <param name="bytes">Bytes to keep, not negative.</param>
    public void ShrinkTo(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Shrink(Math.Max(0, Bytes - bytes));
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose() => Shrink(Bytes);
}

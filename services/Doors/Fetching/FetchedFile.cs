using Segmentation.Common.Budgets;

namespace Segmentation.Doors.Fetching;

/// <summary>A file that was fetched; its bytes are charged to the tenant until it is disposed of.</summary>
public sealed class FetchedFile : IDisposable
{
    private readonly BudgetLease _lease;

    internal FetchedFile(byte[] bytes, BudgetLease lease) => (Bytes, _lease) = (bytes, lease);

    /// <summary>The file.</summary>
    public byte[] Bytes { get; }

    /// <inheritdoc />
    public void Dispose() => _lease.Dispose();
}

using Segmentation.Common.Budgets;

namespace Segmentation.Gateway.Answers;

/// <summary>The bytes that one answer holds of the <see cref="AnswerBudget"/>. Safe for concurrent use.</summary>
internal sealed class AnswerReservation(BudgetLease lease) : IDisposable
{
    private readonly Lock _gate = new();
    private bool _isOver;

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return lease.Bytes;
            }
        }
    }

    /// <summary>Corrects the bytes; false, and nothing changed, when there is no room for more.</summary>
    public bool TrySet(long bytes)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return true;
            }

            if (bytes > lease.Bytes)
            {
                return lease.TryGrow(bytes - lease.Bytes);
            }

            lease.Shrink(lease.Bytes - bytes);
            return true;
        }
    }

    /// <summary>Gives a part back that the client has taken.</summary>
    public void Taken(long bytes)
    {
        lock (_gate)
        {
            lease.Shrink(Math.Min(bytes, lease.Bytes));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            lease.Dispose();
        }
    }
}

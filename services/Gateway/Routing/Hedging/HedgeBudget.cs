namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// Bounds requests that are sent twice: one in ten over time, and a reserve for the moment in which a silo dies under
/// many live sessions. An overloaded cluster is slow everywhere and must not get twice the work.
/// </summary>
internal sealed class HedgeBudget
{
    private const int Reserve = 100 * Cost;
    private const int Cost = 10;
    private int _left = Reserve;

    /// <summary>Earns a tenth of a second request, for a request that was sent.</summary>
    public void Earn()
    {
        if (Volatile.Read(ref _left) < Reserve)
        {
            Interlocked.Increment(ref _left);
        }
    }

    /// <summary>Takes a second request from the budget; false when the budget is used up.</summary>
    public bool TrySpend()
    {
        if (Interlocked.Add(ref _left, -Cost) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, Cost);
        return false;
    }
}

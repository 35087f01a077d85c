namespace Segmentation.Common.Budgets;

/// <summary>
/// Bounds repetitions to a share of what is done anyway, with a reserve for a sudden need: a bucket of tokens, full at
/// the start. A repetition takes one token, work done earns a part of one. Safe for concurrent use.
/// </summary>
public class TokenBudget
{
    /// <summary>Parts of a token: whole numbers add up exactly, so that ten tenths are one.</summary>
    private const long Token = 1_000_000;

    private readonly long _reserve;
    private readonly long _earned;
    private long _left;

    /// <param name="reserve">Tokens of the full bucket, at least 0.</param>
    /// <param name="ratio">Tokens that are earned at a time, 0 to 1.</param>
    public TokenBudget(int reserve, double ratio)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reserve);
        ArgumentOutOfRangeException.ThrowIfNegative(ratio);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ratio, 1);
        _left = _reserve = reserve * Token;
        _earned = (long)Math.Round(ratio * Token);
    }

    /// <summary>Earns a part of a token, up to the reserve.</summary>
    public void Earn()
    {
        long left;
        do
        {
            left = Interlocked.Read(ref _left);
        }
        while (left < _reserve
            && Interlocked.CompareExchange(ref _left, Math.Min(_reserve, left + _earned), left) != left);
    }

    /// <summary>Takes a token; false, and nothing taken, when none is left.</summary>
    public bool TrySpend()
    {
        long left;
        do
        {
            left = Interlocked.Read(ref _left);
            if (left < Token)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _left, left - Token, left) != left);
        return true;
    }
}

using Microsoft.Extensions.Options;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Bounds repetitions to a share of what is answered, so that a tier in trouble is not asked several times as often.
/// A bucket of tokens, full at the start: a repetition takes one, an answer returns a part of one.
/// </summary>
internal sealed class RetryBudget(IOptions<EncodersOptions> options)
{
    private readonly Lock _gate = new();
    private double _tokens = options.Value.RetryBurst;

    /// <summary>An image was answered.</summary>
    public void Earn()
    {
        lock (_gate)
        {
            _tokens = Math.Min(options.Value.RetryBurst, _tokens + options.Value.RetryRatio);
        }
    }

    /// <summary>Takes a repetition; false when none is left.</summary>
    public bool TrySpend()
    {
        lock (_gate)
        {
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}

using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;

namespace Segmentation.Gateway.Encoding;

/// <summary>
/// Bounds repetitions to a share of the images answered, so that a tier in trouble is not asked several times as often.
/// </summary>
internal sealed class RetryBudget(IOptions<EncodersOptions> options)
    : TokenBudget(options.Value.RetryBurst, options.Value.RetryRatio);

using Grpc.Core;

namespace Segmentation.Gateway.Lifetime;

/// <summary>The time a caller has left; grains get it as a span because clocks of machines differ.</summary>
internal sealed class CallDeadline(DateTime deadline, TimeProvider clock)
{
    /// <summary>The time of a call.</summary>
    public static CallDeadline Of(ServerCallContext context, TimeProvider clock) => new(context.Deadline, clock);

    /// <summary>The time of a caller who named none.</summary>
    public static CallDeadline Unlimited(TimeProvider clock) => new(DateTime.MaxValue, clock);

    /// <summary>Time left now, at least zero; null without a deadline.</summary>
    public TimeSpan? Left
    {
        get
        {
            if (deadline == DateTime.MaxValue)
            {
                return null;
            }

            var left = deadline - clock.GetUtcNow().UtcDateTime;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}

using Orleans.Configuration;

namespace Segmentation.Clustering;

/// <summary>The longest time that a grain may take to answer, the same in a cluster and within one process.</summary>
public static class GrainCalls
{
    /// <summary>
    /// The longest: Orleans' own 30 seconds end large requests that are legal. Callers have deadlines of their own.
    /// </summary>
    public static TimeSpan LongestAnswer { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Sets it, and has the grain told when its time is over: work that nobody waits for ends.</summary>
    /// <param name="options">Options of a client or of a silo.</param>
    public static void Limit(MessagingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ResponseTimeout = LongestAnswer;
        options.CancelRequestOnTimeout = true;
    }
}

namespace Segmentation.Projects.Runs.Working;

/// <summary>Runs over many pictures; configuration section <see cref="Section"/>.</summary>
public sealed class RunsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects:Runs";

    /// <summary>
    /// Pictures that are searched at once for one tenant: all its runs together, in all processes of the cluster.
    /// Default: 2.
    /// </summary>
    public int Parallel { get; set; } = 2;

    /// <summary>Attempts after which a picture that fails, or whose process dies, has failed. Default: 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>
    /// Time after which the pictures of a process that died are begun elsewhere. A process renews its claim on a picture
    /// three times in this time. Default: 30 s.
    /// </summary>
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time for which a picture is tried again while the gateway says UNAVAILABLE, before that counts as a failed
    /// attempt. Default: 10 min.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(10);
}

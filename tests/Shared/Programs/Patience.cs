namespace Segmentation.Tests.Shared;

/// <summary>
/// Waits that end: what has not come after two minutes does not come, and the failure says what was seen last.
/// </summary>
internal static class Patience
{
    /// <summary>Longest wait; many times what a slow machine under load takes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="seen">Says what was seen last, for the failure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProgramException">The task has not completed in time.</exception>
    public static async Task WithinAsync(Task task, Func<string> seen, CancellationToken cancellationToken = default)
    {
        try
        {
            await task.WaitAsync(Longest, cancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw InVain(seen);
        }
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <param name="isSo">Asks; given up when its token is cancelled.</param>
    /// <param name="seen">Says what was seen last, for the failure.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProgramException">The answer was not yes in time.</exception>
    public static async Task UntilAsync(
        Func<CancellationToken, Task<bool>> isSo, Func<string> seen, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(Longest);
        using var timer = new PeriodicTimer(_pause);
        try
        {
            while (!await isSo(end.Token))
            {
                await timer.WaitForNextTickAsync(end.Token);
            }
        }
        catch (Exception) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw InVain(seen);
        }
    }

    private static ProgramException InVain(Func<string> seen) =>
        new($"Waited in vain for {Longest.TotalSeconds:0} s. {seen()}");
}

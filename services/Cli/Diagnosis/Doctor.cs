namespace Segmentation.Cli.Diagnosis;

/// <summary>Runs checks side by side, each for its time at most.</summary>
internal static class Doctor
{
    /// <summary>Runs all checks.</summary>
    /// <param name="checks">The checks.</param>
    /// <param name="clock">Bounds them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The findings, in the order of the checks.</returns>
    public static async Task<IReadOnlyList<Finding>> RunAsync(
        IEnumerable<Check> checks, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(checks.Select(check => RunAsync(check, clock, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(findings => findings)];
    }

    private static async Task<IReadOnlyList<Finding>> RunAsync(
        Check check, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(check.Limit, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var token = end.Token;
        try
        {
            // On a thread of its own, and left behind where it does not look at its token: a native library or a disk may hang.
            return await Task.Run(() => check.RunAsync(token), token)
                .WaitAsync(check.Limit, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return
            [
                Finding.Failed(
                    check.Name,
                    $"no result within {check.Limit.TotalSeconds:0} s",
                    "Something hangs: a disk, a driver or a network. Run it again, and look at what this line names."),
            ];
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return
            [
                Finding.Failed(
                    check.Name,
                    $"the check itself failed: {error.GetType().Name}: {error.Message}",
                    "Report this line: a check should say what is wrong in words."),
            ];
        }
    }
}

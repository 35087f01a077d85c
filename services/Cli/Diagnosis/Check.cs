namespace Segmentation.Cli.Diagnosis;

/// <summary>A check of the doctor.</summary>
/// <param name="Name">What it looks at, for a report that it did not end.</param>
/// <param name="Limit">Longest time.</param>
/// <param name="RunAsync">Looks. What it throws becomes a failure of the report.</param>
internal sealed record Check(string Name, TimeSpan Limit, Func<CancellationToken, Task<IReadOnlyList<Finding>>> RunAsync)
{
    /// <summary>A check that computes, reads files, or calls native libraries.</summary>
    public static Check Of(string name, TimeSpan limit, Func<CancellationToken, IEnumerable<Finding>> run) =>
        new(name, limit, token => Task.FromResult<IReadOnlyList<Finding>>([.. run(token)]));
}

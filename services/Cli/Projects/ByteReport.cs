namespace Segmentation.Cli.Projects;

/// <summary>Is told bytes that have arrived, at once and on the thread that tells.</summary>
/// <param name="report">Takes the bytes.</param>
internal sealed class ByteReport(Action<long> report) : IProgress<long>
{
    /// <inheritdoc/>
    public void Report(long value) => report(value);
}

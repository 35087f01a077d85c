namespace Segmentation.Cli.Commands;

/// <summary>Failure that the user can correct; the message says how.</summary>
internal sealed class CliException(
    string message, int exitCode = CommandRunner.Failure, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>1 for a failure, 2 when the command line is to blame.</summary>
    public int ExitCode { get; } = exitCode;
}

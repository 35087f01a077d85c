namespace Segmentation.Cli.Commands;

/// <summary>The command failed for a reason the user can do something about; the message is all they need.</summary>
internal sealed class CliException(
    string message, int exitCode = CommandRunner.Failure, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>1 for a failure, 2 when the command line is to blame.</summary>
    public int ExitCode { get; } = exitCode;
}

using System.CommandLine;
using System.Runtime.InteropServices;
using Grpc.Core;

namespace Segmentation.Cli.Commands;

/// <summary>Parses and runs the command; turns errors into one sentence and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>0: done.</summary>
    public const int Success = 0;

    /// <summary>1: the command was understood and failed.</summary>
    public const int Failure = 1;

    /// <summary>2: the command line was wrong.</summary>
    public const int Usage = 2;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // Unknown arguments are reported in our own words, with a suggestion.
            var others = parsed.Errors.Select(error => error.Message)
                .Where(message => !parsed.UnmatchedTokens.Any(
                    token => message.Contains($"'{token}'", StringComparison.Ordinal)));
            foreach (var message in Suggestions.Of(parsed).Concat(others))
            {
                await Console.Error.WriteLineAsync($"segctl: {message}").ConfigureAwait(false);
            }

            var command = string.Join(' ', Path(parsed.CommandResult.Command).Reverse());
            await Console.Error.WriteLineAsync($"Try '{command} --help'.").ConfigureAwait(false);
            return Usage;
        }

        using var interrupt = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            // The parser's own answer to SIGTERM would not be told from a fault.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, interrupt.Token).ConfigureAwait(false);
        }
        catch (CliException error)
        {
            await Console.Error.WriteLineAsync($"segctl: {error.Message}").ConfigureAwait(false);
            return error.ExitCode;
        }
        catch (Exception error) when (interrupt.IsCancellationRequested
            && error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            await Console.Error.WriteLineAsync("segctl: interrupted.").ConfigureAwait(false);
            return Failure;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupt.Cancel();
        }
    }

    private static IEnumerable<string> Path(Command command)
    {
        for (var current = command; current is not null; current = current.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return current is RootCommand ? "segctl" : current.Name;
        }
    }
}

using Microsoft.ML.OnnxRuntime;

namespace Segmentation.Sam.Runtime;

/// <summary>Runs of graphs that a cancellation ends.</summary>
internal static class CancellableRun
{
    /// <summary>Runs a graph; a cancellation ends the run at the next node.</summary>
    /// <typeparam name="T">Type of the result.</typeparam>
    /// <param name="run">The run, with the options to be used.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static T Run<T>(Func<RunOptions, T> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using (cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, options))
        {
            try
            {
                return run(options);
            }
            catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}

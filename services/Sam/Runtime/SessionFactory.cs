using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Masks;

namespace Segmentation.Sam.Runtime;

/// <summary>Opens and runs graphs with the session options that this system needs.</summary>
internal static class SessionFactory
{
    private const int LookMilliseconds = 1;

    /// <summary>Opens a graph and checks that it is the one expected.</summary>
    /// <exception cref="RuntimeUnavailableException">The execution provider cannot be used here.</exception>
    /// <exception cref="InvalidDataException">The graph lacks one of the inputs or outputs.</exception>
    public static InferenceSession Create(
        string path, RuntimeOptions options, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs) =>
        Create(path, options, inputs, outputs, out _);

    /// <summary>Opens a graph and returns the provider that runs it.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="inputs">Inputs that it must have.</param>
    /// <param name="outputs">Outputs that it must have.</param>
    /// <param name="provider">Receives the provider that runs the graph.</param>
    /// <param name="graph">A modified copy of the file, to be run in its place; null for the file.</param>
    public static InferenceSession Create(
        string path,
        RuntimeOptions options,
        IReadOnlyList<string> inputs,
        IReadOnlyList<string> outputs,
        out ExecutionProvider provider,
        byte[]? graph = null)
    {
        using var session = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = options.IntraOpThreads,
            InterOpNumThreads = 1,
            // 3 is error: warnings at load are about initializers that constant folding leaves unused.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Spinning burns 0.6 cores idle, which Orleans and Kestrel share the process with.
        session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        provider = ExecutionProviders.Append(session, options);
        var opened = Open(path, options, session, provider, graph);
        var missing = inputs.Except(opened.InputNames).Concat(outputs.Except(opened.OutputNames)).ToList();
        if (missing.Count > 0)
        {
            opened.Dispose();
            throw new InvalidDataException(
                $"{path} is not a graph of this version: it lacks {string.Join(", ", missing)}. "
                + "Build it again with ModelBuilder (docs/model.md).");
        }

        return opened;
    }

    private static InferenceSession Open(
        string path, RuntimeOptions options, SessionOptions session, ExecutionProvider provider, byte[]? graph)
    {
        try
        {
            if (graph is null)
            {
                return new InferenceSession(path, session);
            }

            // Weights in files of their own lie beside the file that the graph was read from.
            session.AddSessionConfigEntry(
                "session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new InferenceSession(graph, session);
        }
        catch (OnnxRuntimeException error) when (provider != ExecutionProvider.Cpu)
        {
            var remedy = options.CudaGraph
                ? "Switch CudaGraph off where the complaint is about graphs or partitions, or see to the device"
                : ExecutionProviders.Remedy(provider);
            throw ExecutionProviders.Unavailable(options, error.Message, remedy, error);
        }
    }

    /// <summary>
    /// Runs a graph into preallocated outputs. A run cannot be interrupted, so where this thread may have more urgent
    /// work, another thread runs the graph.
    /// </summary>
    /// <param name="session">The graph.</param>
    /// <param name="inputNames">Names of the inputs.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="outputNames">Names of the outputs.</param>
    /// <param name="outputs">Receive the results.</param>
    /// <param name="yieldPoint">Passed every millisecond; its cancellation ends the run at the next node.</param>
    public static void Run(
        InferenceSession session,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputs,
        YieldPoint yieldPoint)
    {
        void RunHere() => Run(session, inputNames, inputs, outputNames, outputs, yieldPoint.CancellationToken);
        if (yieldPoint.HasOthers)
        {
            RunBeside(RunHere, yieldPoint);
        }
        else
        {
            RunHere();
        }
    }

    private static void RunBeside(Action run, YieldPoint yieldPoint)
    {
        ExceptionDispatchInfo? error = null;
        using var ended = new ManualResetEventSlim();
        void RunToTheEnd()
        {
            try
            {
                run();
            }
            catch (Exception exception)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }

            ended.Set();
        }

        new Thread(RunToTheEnd) { IsBackground = true, Name = "graph" }.Start();
        try
        {
            do
            {
                yieldPoint.Check();
            }
            while (!ended.Wait(LookMilliseconds));
        }
        finally
        {
            // The caller may reuse the buffers only after the run has ended.
            ended.Wait();
        }

        error?.Throw();
    }

    /// <summary>Runs a graph into preallocated outputs; a cancellation ends it at the next node.</summary>
    public static void Run(
        InferenceSession session,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames,
        IReadOnlyCollection<OrtValue> outputs,
        CancellationToken cancellationToken)
    {
        CancellableRun.Run(
            options =>
            {
                session.Run(options, inputNames, inputs, outputNames, outputs);
                return 0;
            },
            cancellationToken);
    }

    /// <summary>
    /// Runs a graph whose outputs have sizes that only the run knows; a cancellation ends it at the next node.
    /// </summary>
    /// <returns>The outputs, to be disposed.</returns>
    public static IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames,
        CancellationToken cancellationToken) =>
        CancellableRun.Run(options => session.Run(options, inputNames, inputs, outputNames), cancellationToken);

    /// <summary>The same on a thread that may have more urgent work.</summary>
    public static IDisposableReadOnlyCollection<OrtValue> Run(
        InferenceSession session,
        IReadOnlyCollection<string> inputNames,
        IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames,
        YieldPoint yieldPoint)
    {
        IDisposableReadOnlyCollection<OrtValue>? outputs = null;
        void RunHere() => outputs = Run(session, inputNames, inputs, outputNames, yieldPoint.CancellationToken);
        if (!yieldPoint.HasOthers)
        {
            RunHere();
            return outputs!;
        }

        try
        {
            RunBeside(RunHere, yieldPoint);
        }
        catch
        {
            outputs?.Dispose();
            throw;
        }

        return outputs!;
    }
}

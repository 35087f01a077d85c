using Segmentation.Fuzz.Engine;

namespace Segmentation.Fuzz;

/// <summary>The process in which one target runs.</summary>
internal static class Worker
{
    /// <summary>Bytes of the longest input of any target.</summary>
    public const int MostBytes = 256 * 1024;

    /// <summary>Runs the first target of the options.</summary>
    /// <param name="options">Seed, time and inputs of this process.</param>
    /// <param name="stateFile">The file with the input at hand and the counts.</param>
    /// <returns>0, whatever was found: the state says it.</returns>
    public static int Run(FuzzOptions options, string stateFile)
    {
        ThreadPool.SetMinThreads(1, 1);
        ThreadPool.SetMaxThreads(1, 1);

        // Before anything of the code under test runs.
        var edges = new EdgeMap();
        using var state = new RunState(stateFile, MostBytes);
        using var target = FuzzTargets.Create(options.Targets[0]);
        new FuzzLoop(options.Targets[0], target, options, state, edges).Run(options.Seconds, options.Inputs);
        return 0;
    }
}

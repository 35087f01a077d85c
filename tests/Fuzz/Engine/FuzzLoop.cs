using System.Diagnostics;

namespace Segmentation.Fuzz.Engine;

/// <summary>
/// Runs one target: changes inputs, keeps those that lead somewhere new, writes down what goes wrong.
/// </summary>
internal sealed class FuzzLoop(string name, IFuzzTarget target, FuzzOptions options, RunState state, EdgeMap edges)
{
    // A fault at many places would otherwise fill the folder.
    private const int MostFinds = 20;
    private const double ShareRepaired = 0.7;

    private readonly Random _random = new(HashCode(name) ^ options.Seed);
    private readonly InputRun _run = new(target);
    private readonly FindFolder _folder = new(options.Finds, options.Seed);
    private readonly HashSet<string> _known = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Runs until the time or the inputs are used up.</summary>
    /// <param name="seconds">Time for this target; null without a limit.</param>
    /// <param name="inputs">Inputs, those that count in the state among them; null without a limit.</param>
    public void Run(double? seconds, long? inputs)
    {
        using var watchdog = new Watchdog();
        var corpus = new Corpus(options.Corpus is null ? null : Path.Combine(options.Corpus, name));
        var mutator = new Mutator(_random, target.Words, target.MaxLength);
        foreach (var seed in target.Seeds.Concat(corpus.Kept).Where(seed => seed.Length <= target.MaxLength).ToArray())
        {
            // The first run of code makes what stays: the second one is judged.
            watchdog.Begin();
            state.Input = seed;
            _run.Run(seed);
            if (Try(seed, watchdog) || corpus.Count == 0)
            {
                corpus.Add(seed);
            }
        }

        while (_known.Count < MostFinds && !IsOver(seconds, inputs))
        {
            var changed = mutator.Change(corpus.Pick(_random), corpus.Pick(_random));
            if (_random.NextDouble() < ShareRepaired)
            {
                changed = target.Repair(changed);
            }

            if (changed.Length <= target.MaxLength && Try(changed, watchdog))
            {
                corpus.Add(changed);
            }

            state.Corpus = corpus.Count;
            state.Edges = edges.Edges;
        }

        state.HasEnded = true;
    }

    /// <summary>
    /// A number that is the same in every process, unlike that of <see cref="string.GetHashCode()"/>.
    /// </summary>
    private static int HashCode(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));

    private bool IsOver(double? seconds, long? inputs) =>
        Stopwatch.GetElapsedTime(_start).TotalSeconds > seconds || state.Inputs >= inputs;

    /// <summary>Runs an input.</summary>
    /// <returns>True when it went where none did before and nothing is wrong.</returns>
    private bool Try(byte[] input, Watchdog watchdog)
    {
        watchdog.Begin();
        state.Input = input;
        state.Inputs++;
        edges.Begin();
        var verdict = _run.Run(input);
        var isNew = edges.Add();
        if (verdict is null)
        {
            return isNew;
        }

        if (_known.Add(verdict.Key))
        {
            var shorter = verdict.Key is "time" || target.IsThreaded ? input : Minimiser.Shorten(input, candidate =>
            {
                watchdog.Begin();
                state.Input = candidate;
                return _run.Run(candidate)?.Key == verdict.Key;
            });
            _folder.Write(name, shorter, _run.Run(shorter)?.Report ?? verdict.Report);
            state.Finds++;
        }

        return false;
    }
}

namespace Segmentation.Fuzz;

/// <summary>The choices of one run.</summary>
/// <param name="Seed">Seed of everything random: the same seed and number of inputs repeat a run.</param>
/// <param name="Seconds">Time for all targets together; null without a limit on time.</param>
/// <param name="Inputs">Inputs for each target; null without a limit on their number.</param>
/// <param name="Targets">Names of the targets; all of them where there is none.</param>
/// <param name="Corpus">A folder of inputs by target to begin with and to add to; null for none.</param>
/// <param name="Finds">The folder for inputs that went wrong.</param>
internal sealed record FuzzOptions(
    int Seed, double? Seconds, long? Inputs, IReadOnlyList<string> Targets, string? Corpus, string Finds);

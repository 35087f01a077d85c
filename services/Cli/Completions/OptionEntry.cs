namespace Segmentation.Cli.Completions;

/// <summary>An option of a command.</summary>
/// <param name="Names">Its name, then its short forms.</param>
/// <param name="Description">The first sentence of its description.</param>
/// <param name="Value">What is completed behind it.</param>
internal sealed record OptionEntry(IReadOnlyList<string> Names, string Description, CompletionValue Value);

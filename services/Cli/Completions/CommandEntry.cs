namespace Segmentation.Cli.Completions;

/// <summary>A command: what can be written behind it.</summary>
/// <param name="Path">The words that name it behind <c>segctl</c>; empty for <c>segctl</c> itself.</param>
/// <param name="Description">The first sentence of its description.</param>
/// <param name="Commands">Commands below it.</param>
/// <param name="Options">Its options.</param>
/// <param name="Arguments">Values in the order of its arguments.</param>
/// <param name="Repeats">True where the last argument may be given again and again.</param>
internal sealed record CommandEntry(
    string Path,
    string Description,
    IReadOnlyList<CommandEntry> Commands,
    IReadOnlyList<OptionEntry> Options,
    IReadOnlyList<CompletionValue> Arguments,
    bool Repeats)
{
    /// <summary>The last of its words.</summary>
    public string Name => Path.Split(' ')[^1];

    /// <summary>The command, and all below it.</summary>
    public IEnumerable<CommandEntry> All => Commands.SelectMany(command => command.All).Prepend(this);
}

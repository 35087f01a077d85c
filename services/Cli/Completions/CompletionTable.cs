using System.CommandLine;

namespace Segmentation.Cli.Completions;

/// <summary>The table that all completion scripts are made of: names from the parser, values from the list of values.</summary>
internal static class CompletionTable
{
    private const int MaxDescription = 80;

    /// <summary>Makes the table of a command and all below it, but for those that help does not show.</summary>
    /// <param name="root">The program's command.</param>
    public static CommandEntry Of(RootCommand root) => Of(root, "", []);

    /// <summary>The first sentence of a description, without its full stop and in one line.</summary>
    public static string Shorten(string? description)
    {
        var paragraph = (description ?? "").ReplaceLineEndings("\n").Split("\n\n")[0].Replace('\n', ' ');
        var end = paragraph.IndexOf(". ", StringComparison.Ordinal);
        var sentence = (end < 0 ? paragraph : paragraph[..end]).TrimEnd('.');
        if (sentence.Length <= MaxDescription)
        {
            return sentence;
        }

        var space = sentence.LastIndexOf(' ', MaxDescription - 3);
        return $"{sentence[..(space > 0 ? space : MaxDescription - 3)]}...";
    }

    private static CommandEntry Of(Command command, string path, IEnumerable<Option> inherited)
    {
        var options = command.Options.Concat(inherited).Where(option => !option.Hidden).ToList();
        return new CommandEntry(
            path,
            Shorten(command.Description),
            [
                .. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => Of(
                    sub, path.Length == 0 ? sub.Name : $"{path} {sub.Name}", options.Where(option => option.Recursive))),
            ],
            [.. options.Select(option => Of(path, option))],
            CompletionValues.OfArguments(path),
            command.Arguments.Any(argument => argument.Arity.MaximumNumberOfValues > 1));
    }

    private static OptionEntry Of(string path, Option option) => new(
        [
            option.Name,
            // The parser takes /h and -? for --help, too; a shell has other plans with them.
            .. option.Aliases.Where(alias => alias != option.Name && alias.StartsWith('-') && alias != "-?"),
        ],
        Shorten(option.Description),
        option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool)
            ? new(ValueKind.None)
            : CompletionValues.Find(path, option.Name) ?? new(ValueKind.Text));
}

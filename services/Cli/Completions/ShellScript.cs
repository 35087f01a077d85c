using System.Globalization;

namespace Segmentation.Cli.Completions;

/// <summary>Parts of scripts that several shells share.</summary>
internal static class ShellScript
{
    /// <summary>The scripts by the names of their shells.</summary>
    public static IReadOnlyDictionary<string, Func<CommandEntry, string>> All { get; } =
        new Dictionary<string, Func<CommandEntry, string>>(StringComparer.Ordinal)
        {
            ["bash"] = BashScript.Of,
            ["zsh"] = ZshScript.Of,
            ["fish"] = FishScript.Of,
            ["powershell"] = PowerShellScript.Of,
        };

    /// <summary>Functions of bash and zsh that print the value of an option or an argument.</summary>
    public static string ValueFunctions(CommandEntry root) => $$"""
        # The value behind 'command:option', or of 'command:number', an argument. No answer: there is none.
        __segctl_option_value() {
          case $1 in
        {{Lines(4, OptionValues(root))}}
          esac
        }

        __segctl_argument_value() {
          case $1 in
        {{Lines(4, ArgumentValues(root))}}
          esac
        }
        """;

    // The branches of a case that print the value of command:option; options without a value have none.
    private static IEnumerable<string> OptionValues(CommandEntry root) => Branches(
        from command in root.All
        from option in command.Options
        where option.Value.Kind != ValueKind.None
        from name in option.Names
        select (Key: $"'{command.Path}:{name}'", option.Value));

    // The branches of a case that print the value of command:number, from 0.
    private static IEnumerable<string> ArgumentValues(CommandEntry root) => Branches(
        from command in root.All
        from argument in command.Arguments.Select((value, index) => (Value: value, Index: index))
        let isAll = command.Repeats && argument.Index == command.Arguments.Count - 1
        let number = isAll ? "*" : $"'{argument.Index.ToString(CultureInfo.InvariantCulture)}'"
        select (Key: $"'{command.Path}:'{number}", argument.Value));

    /// <summary>Text in quotes, of bash and zsh.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Joins lines with an indent.</summary>
    public static string Lines(int indent, IEnumerable<string> lines) =>
        string.Join('\n', lines.Select(line => new string(' ', indent) + line));

    // One branch a value: most keys share theirs. The order of keys is kept, since a later one may be a pattern.
    private static IEnumerable<string> Branches(IEnumerable<(string Key, CompletionValue Value)> values) => values
        .GroupBy(one => (Value: one.Value.ToString(), IsPattern: one.Key.EndsWith('*')))
        .OrderBy(group => group.Key.IsPattern)
        .Select(group => $"{string.Join(" | ", group.Select(one => one.Key))}) echo '{group.Key.Value}' ;;");
}

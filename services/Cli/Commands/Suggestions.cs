using System.CommandLine;

namespace Segmentation.Cli.Commands;

/// <summary>Suggests names for misspelt options and commands.</summary>
internal static class Suggestions
{
    /// <summary>Number of letters by which a suggestion may differ.</summary>
    private const int Far = 3;

    /// <summary>Returns an error for each argument that the parser did not match.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var names = command.Options.SelectMany(option => option.Aliases.Append(option.Name))
            .Concat(command.Subcommands.Select(sub => sub.Name))
            .ToList();
        var wrong = parsed.UnmatchedTokens.Where(token => token.StartsWith('-')).ToList();

        // The argument after an unknown option is the option's value.
        foreach (var token in wrong.Count > 0 ? wrong : parsed.UnmatchedTokens)
        {
            var nearest = names.MinBy(name => Distance(token, name));
            var hint = nearest is not null && Distance(token, nearest) <= Math.Min(Far, token.Length / 2)
                ? $" Did you mean {nearest}?"
                : "";
            var kind = token.StartsWith('-') ? "option" : "argument or command";
            yield return $"{command.Name} has no {kind} '{token}'.{hint}";
        }
    }

    /// <summary>Returns the edit distance: letters to add, drop, change or swap with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var table = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                table[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(
                        Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                        table[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[one.Length, other.Length];
    }
}

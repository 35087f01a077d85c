using System.CommandLine;
using System.CommandLine.Parsing;

namespace Segmentation.Cli.Commands;

/// <summary>Options whose values are an enumeration's names in lower case.</summary>
internal static class Choice
{
    /// <summary>Makes an option whose default is the enumeration's first value.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="name">The option, for example <c>--format</c>.</param>
    /// <param name="description">Meaning of the values.</param>
    public static Option<T> Create<T>(string name, string description)
        where T : struct, Enum => new(name)
        {
            Description = $"{description} Default: {Written(default(T))}.",
            HelpName = string.Join('|', NamesOf<T>()),
            CustomParser = Parse<T>,
        };

    private static string Written<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The values as they are written.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    public static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(Written);

    private static T Parse<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var text = result.Tokens[0].Value;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Written(value).Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError($"{option}: '{text}' is none of {string.Join(", ", NamesOf<T>())}.");
        return default;
    }
}

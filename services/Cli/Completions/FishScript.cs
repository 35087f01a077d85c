using System.Globalization;

namespace Segmentation.Cli.Completions;

/// <summary>The script for fish 3 and later.</summary>
internal static class FishScript
{
    /// <summary>Writes the script of a table.</summary>
    public static string Of(CommandEntry root) => $$"""
        # Completions of segctl for fish: segctl completions fish > ~/.config/fish/completions/segctl.fish

        # Commands below a command.
        function __segctl_commands
            switch $argv[1]
        {{ShellScript.Lines(8, root.All.Where(one => one.Commands.Count > 0).SelectMany(one => (string[])
            [$"case '{one.Path}'", $"    string split ' ' '{string.Join(' ', one.Commands.Select(sub => sub.Name))}'"]))}}
            end
        end

        # Whether 'command:option' takes a value.
        function __segctl_takes
            switch $argv[1]
                case {{string.Join(' ', Taking(root).Select(Quote))}}
                    return 0
            end
            return 1
        end

        # The command before the cursor and the number of arguments behind it, in two lines; then the folder of models.
        function __segctl_state
            set -l words (commandline -opc)
            set -l at ''
            set -l number 0
            set -l models ''
            set -l option ''
            for word in $words[2..-1]
                if test -n "$option"
                    test "$option" = --root; and set models $word
                    set option ''
                else if string match -q -- '-*' $word
                    __segctl_takes "$at:$word"; and set option $word
                else if contains -- $word (__segctl_commands "$at")
                    set at (string trim -- "$at $word")
                else
                    set number (math $number + 1)
                end
            end
            printf '%s\n' "$at" $number "$models"
        end

        # Whether the cursor is behind a command; $argv[2] and [3]: and behind at least, and at most, so many arguments.
        function __segctl_at
            set -l state (__segctl_state)
            test "$state[1]" = "$argv[1]"; or return 1
            set -q argv[2]; or return 0
            test $state[2] -ge $argv[2]; and test $state[2] -le $argv[3]
        end

        function __segctl_models
            set -l state (__segctl_state)
            set -l root
            test -n "$state[3]"; and set root --root (string replace -r '^~' $HOME -- $state[3])
            set -l words (commandline -opc)
            $words[1] completions models $root 2>/dev/null
        end

        function __segctl_folders
            __fish_complete_directories (string replace -r '^--[^=]*=' '' -- (commandline -ct)) folder
        end

        # Words of a list that is separated by commas.
        function __segctl_list
            set -l written (string replace -r '^--[^=]*=' '' -- (commandline -ct))
            set -l kept (string match -r '.*,' -- $written)
            printf '%s\n' "$kept"$argv
        end

        complete -c segctl -e
        complete -c segctl -f
        {{string.Join('\n', root.All.SelectMany(Lines))}}

        """;

    private static IEnumerable<string> Taking(CommandEntry root) =>
        from command in root.All
        from option in command.Options
        where option.Value.Kind != ValueKind.None
        from name in option.Names
        select $"{command.Path}:{name}";

    private static IEnumerable<string> Lines(CommandEntry command)
    {
        foreach (var sub in command.Commands)
        {
            yield return $"complete -c segctl -n {At(command.Path)} -a {sub.Name} -d {Quote(sub.Description)}";
        }

        foreach (var option in command.Options)
        {
            var names = option.Names.Select(name =>
                name.StartsWith("--", StringComparison.Ordinal) ? $"-l {name[2..]}" : $"-s {name[1..]}");
            yield return $"complete -c segctl -n {At(command.Path)} {string.Join(' ', names)}"
                + $"{Value(option.Value, " -x", " -r -F")} -d {Quote(option.Description)}";
        }

        for (var index = 0; index < command.Arguments.Count; index++)
        {
            var most = command.Repeats && index == command.Arguments.Count - 1 ? 99_999 : index;
            var place = string.Create(CultureInfo.InvariantCulture, $" {index} {most}");
            if (command.Arguments[index].Kind != ValueKind.Text)
            {
                yield return $"complete -c segctl -n {At(command.Path, place)}{Value(command.Arguments[index], "", " -F")}";
            }
        }
    }

    private static string Value(CompletionValue value, string alone, string files) => value.Kind switch
    {
        ValueKind.None => "",
        ValueKind.File or ValueKind.Path => files,
        ValueKind.Folder => $"{alone} -a '(__segctl_folders)'",
        ValueKind.Model => $"{alone} -a '(__segctl_models)'",
        ValueKind.Choice => $"{alone} -a '{string.Join(' ', value.Words)}'",
        ValueKind.List => $"{alone} -a '(__segctl_list {string.Join(' ', value.Words)})'",
        _ => alone,
    };

    private static string At(string path, string place = "") => Quote($"__segctl_at \"{path}\"{place}");

    private static string Quote(string text) => $"'{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}

using System.CommandLine;
using System.Text.RegularExpressions;
using Segmentation.Cli.Completions;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Completions;

/// <summary>
/// The table of completions against what every command's parser takes and its usage text says: an option that was added
/// to a command and not to the table fails here.
/// </summary>
public sealed partial class CompletionTableTests
{
    private const string Wrong = "no-such-word";

    private static readonly RootCommand _root = SegctlCommand.Create();
    private static readonly CommandEntry _table = CompletionTable.Of(_root);

    [Fact]
    public void Table_OfCommandsAndOptions_IsWhatTheUsageTextsSay()
    {
        var count = 0;
        foreach (var command in _table.All)
        {
            var help = HelpOf(command.Path);
            var options = Section(help, "Options:").Select(line => OptionLine().Match(line)).Where(match => match.Success)
                .ToDictionary(
                    match => string.Join(' ', match.Groups["names"].Value.Split(", ")
                        .Where(name => name.StartsWith('-') && name != "-?").Order(StringComparer.Ordinal)),
                    match => match.Groups["value"].Success);
            var commands = Section(help, "Commands:").Select(line => CommandLine().Match(line)).Where(match => match.Success)
                .Select(match => match.Groups["name"].Value);

            Assert.Equal(commands, command.Commands.Select(one => one.Name));
            Assert.Equal(
                options.OrderBy(one => one.Key, StringComparer.Ordinal),
                command.Options.ToDictionary(
                        one => string.Join(' ', one.Names.Order(StringComparer.Ordinal)),
                        one => one.Value.Kind != ValueKind.None)
                    .OrderBy(one => one.Key, StringComparer.Ordinal));
            count += options.Count;
        }

        Assert.True(count > 100, $"{count} options");
    }

    [Fact]
    public void Options_WithAValue_AreAllInTheListOfValuesAndNothingElseIs()
    {
        List<string> used = [];
        List<string> missing = [];
        foreach (var (path, command) in Commands(_root, ""))
        {
            foreach (var option in command.Options.Where(one => one.Arity.MaximumNumberOfValues > 0 && one.ValueType != typeof(bool)))
            {
                used.AddRange([$"{path} {option.Name}", option.Name]);
                if (CompletionValues.Find(path, option.Name) is null)
                {
                    missing.Add($"{path} {option.Name}");
                }
            }

            used.AddRange(command.Arguments.Count > 0 ? [path] : Array.Empty<string>());
            var given = CompletionValues.OfArguments(path).Count;
            if (given < command.Arguments.Count || (given > 0 && command.Arguments.Count == 0))
            {
                missing.Add($"{path}: {command.Arguments.Count} arguments, {given} in the list");
            }
        }

        Assert.Empty(missing);
        Assert.Empty(CompletionValues.Names.Except(used));
    }

    [Fact]
    public void FilesAndFolders_OfTheParser_AreFilesAndFoldersOfTheTable()
    {
        var checkedNow = 0;
        foreach (var (path, command) in Commands(_root, ""))
        {
            foreach (var option in command.Options)
            {
                var kind = KindOf(option.ValueType) ?? option.HelpName switch
                {
                    "folder" => ValueKind.Folder,
                    { } help when help.StartsWith("file", StringComparison.Ordinal) => ValueKind.File,
                    _ => null,
                };
                if (kind is not null)
                {
                    Assert.Equal((path, option.Name, kind), (path, option.Name, CompletionValues.Find(path, option.Name)?.Kind));
                    checkedNow++;
                }
            }

            foreach (var (argument, index) in command.Arguments.Select((one, index) => (one, index)))
            {
                if (KindOf(argument.ValueType) is { } kind)
                {
                    Assert.Equal((path, kind), (path, CompletionValues.OfArguments(path)[index].Kind));
                    checkedNow++;
                }
            }
        }

        Assert.True(checkedNow > 20, $"{checkedNow} values");
    }

    [Fact]
    public void Words_OfTheTable_AreThoseThatTheParserTakes()
    {
        List<string> enumerations = [];
        foreach (var command in _table.All)
        {
            foreach (var option in command.Options.Where(one => one.Value.Kind != ValueKind.None))
            {
                var refusal = ErrorsOf(command.Path, option.Names[0], Wrong)
                    .Select(message => Known().Match(message)).FirstOrDefault(match => match.Success);
                Assert.True(
                    refusal is not null == option.Value.Kind is ValueKind.Choice or ValueKind.List,
                    $"{command.Path} {option.Names[0]} is {option.Value}");
                if (refusal is null)
                {
                    continue;
                }

                Assert.Equal(refusal.Groups["words"].Value.Split(", "), option.Value.Words);
                Assert.All(option.Value.Words, word => Assert.DoesNotContain(
                    ErrorsOf(command.Path, option.Names[0], word),
                    message => message.Contains($"'{word}'", StringComparison.Ordinal)));
                enumerations.Add($"{command.Path} {option.Names[0]}");
            }
        }

        Assert.Equal(
            [
                "evaluate --points", "evaluate --profile", "evaluate --protocol", "everything --format", "everything --profile",
                "everything --segmentation", "keys create --scopes",
                "projects pull --format", "projects push --format", "projects run --stage",
            ],
            enumerations.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public async Task Script_OfAShell_HasTheWholeTable(string shell)
    {
        var result = await Segctl.RunAsync("completions", shell);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(ShellScript.All[shell](_table).ReplaceLineEndings("\n"), result.Output);
        foreach (var command in _table.All.Where(command => command.Path.Length > 0))
        {
            Assert.Contains(command.Path, result.Output, StringComparison.Ordinal);
            foreach (var option in command.Options)
            {
                Assert.Contains(
                    shell == "fish" ? $" -l {option.Names[0][2..]} " : option.Names[0], result.Output, StringComparison.Ordinal);
            }
        }

        Assert.DoesNotContain('\r', result.Output);
        Assert.DoesNotContain("completions models'", result.Output, StringComparison.Ordinal);
    }

    /// <summary>No PowerShell runs here: the rows of its tables are read back.</summary>
    [Fact]
    public void PowerShellScript_ReadBack_IsTheTable()
    {
        var script = PowerShellScript.Of(_table);
        var rows = PowerShellRow().Matches(script)
            .ToLookup(match => match.Groups["path"].Value, match => PowerShellPair().Matches(match.Groups["pairs"].Value)
                .Select(pair => (Name: pair.Groups["name"].Value, Text: pair.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal)))
                .ToList());

        foreach (var command in _table.All)
        {
            (string, string)[] commands = [.. command.Commands.Select(one => (one.Name, one.Description))];
            (string, string)[] options = [.. command.Options.SelectMany(one => one.Names.Select(name => (name, one.Description)))];
            (string, string)[] values =
            [
                .. command.Options.Where(one => one.Value.Kind != ValueKind.None)
                    .SelectMany(one => one.Names.Select(name => (name, one.Value.ToString()))),
            ];
            Assert.Equal(
                new[] { commands, options, values }.Where(rowsOf => rowsOf.Length > 0),
                rows[command.Path].Select(row => row.ToArray()));
        }

        Assert.Equal(script.Count(letter => letter == '{'), script.Count(letter => letter == '}'));
        Assert.Equal(0, script.Count(letter => letter == '\'') % 2);
    }

    [Fact]
    public async Task Document_OfSegctl_NamesEveryCommand()
    {
        var document = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "segctl.md"), TestContext.Current.CancellationToken);

        Assert.All(
            _table.All.Where(command => command.Commands.Count == 0),
            command => Assert.Matches($@"`segctl {command.Path}[ `]", document));
    }

    [Theory]
    [InlineData("Makes a key. Writes it.", "Makes a key")]
    [InlineData("One line\nand another.\n\nMore.", "One line and another")]
    [InlineData(null, "")]
    public void Description_OfSeveralSentences_IsTheFirst(string? description, string expected) =>
        Assert.Equal(expected, CompletionTable.Shorten(description));

    private static ValueKind? KindOf(Type type) =>
        type == typeof(FileInfo) ? ValueKind.File
        : type == typeof(DirectoryInfo) ? ValueKind.Folder
        : type == typeof(FileSystemInfo) ? ValueKind.Path
        : null;

    private static IEnumerable<(string Path, Command Command)> Commands(Command command, string path) => command.Subcommands
        .Where(sub => !sub.Hidden)
        .SelectMany(sub => Commands(sub, $"{path} {sub.Name}".Trim()))
        .Prepend((path, command));

    private static IEnumerable<string> ErrorsOf(string path, string option, string value) =>
        _root.Parse([.. path.Split(' '), option, value]).Errors.Select(error => error.Message);

    private static string HelpOf(string path)
    {
        using var output = new StringWriter();
        _root.Parse([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Invoke(new() { Output = output });
        return output.ToString();
    }

    private static IEnumerable<string> Section(string help, string title) => help.ReplaceLineEndings("\n").Split('\n')
        .SkipWhile(line => line != title).Skip(1).TakeWhile(line => line.Length > 0);

    [GeneratedRegex("^  (?<names>-[^ ,]+(, [-/][^ ,]+)*)(?<value> <.*>)?( \\(REQUIRED\\))?(  |$)")]
    private static partial Regex OptionLine();

    [GeneratedRegex("^  (?<name>[a-z]+)( |$)")]
    private static partial Regex CommandLine();

    [GeneratedRegex("(is none of|scopes are) (?<words>.*)[.]$")]
    private static partial Regex Known();

    [GeneratedRegex("(?m)^ +'(?<path>[a-z ]*)' = (\\[ordered\\])?@\\{ (?<pairs>.*) \\}$")]
    private static partial Regex PowerShellRow();

    [GeneratedRegex("'(?<name>[^']+)' = '(?<text>([^']|'')*)'")]
    private static partial Regex PowerShellPair();
}

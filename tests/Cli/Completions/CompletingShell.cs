using System.Diagnostics;
using System.Text.RegularExpressions;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Completions;

/// <summary>Real shells that complete a line with the script that <c>segctl completions</c> prints.</summary>
internal sealed partial class CompletingShell : IDisposable
{
    // Calls the function as readline does: the line, and its words in pieces.
    private const string Bash = """
        source "$1"
        COMP_LINE=$2
        COMP_POINT=${#2}
        COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
        shift 2
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _segctl
        for match in "${COMPREPLY[@]}"; do printf '%s\n' "$match"; done
        """;

    // Presses Tab in a terminal of its own; what is shown as matches is written to a file.
    private const string Zsh = """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "source ${(q)3}"
        zpty -r shell out '*all-is-loaded*'
        zpty -n -w shell "$2"$'\t'
        zpty -r shell out '*all-is-shown*'
        zpty -d shell
        cat "$4"
        """;

    private const string ZshSetup = """
        PS1= PS2=
        autoload -Uz compinit
        compinit -D -u
        matches=()
        compadd() {
          if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
            builtin compadd "$@"
            return
          fi
          local -a hits
          builtin compadd -O hits "$@"
          matches+=("${(@Q)hits}")
          builtin compadd "$@"
        }
        shown() {
          print -rl -- "$matches[@]" > "$MATCHES"
          print -r -- all-is""-shown
          exit
        }
        showing() {
          matches=()
          _main_complete
          compstate[insert]=
          compstate[list]=
          comppostfuncs=(shown)
          shown
        }
        zle -C showing complete-word showing
        bindkey '^I' showing
        source "$SCRIPT"
        print all-is""-loaded
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _name;

    private CompletingShell(string name) => _name = name;

    /// <summary>The folder that the shell is in.</summary>
    public string Folder => _folder.File("here");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes the script of a shell, and a folder with files to complete. Skips where the shell is missing.</summary>
    public static async Task<CompletingShell> StartAsync(string name)
    {
        if (ProgramPath.Find(name) is null)
        {
            RedisServer.Missing($"There is no {name} on this machine's path. Debian: apt-get install {name}.");
        }

        var shell = new CompletingShell(name);
        var script = await Segctl.RunAsync("completions", name);
        Assert.True(script.ExitCode == 0, script.Error);
        await File.WriteAllTextAsync(shell._folder.File("script"), script.Output, Cancel);
        await File.WriteAllTextAsync(shell._folder.File("driver"), name == "zsh" ? Zsh : Bash, Cancel);
        await File.WriteAllTextAsync(shell._folder.File("setup"), ZshSetup, Cancel);
        Directory.CreateDirectory(shell._folder.File("bin"));
        var program = shell._folder.File("bin/segctl");
        await File.WriteAllTextAsync(
            program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "segctl.dll")}' \"$@\"\n", Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        Directory.CreateDirectory(Path.Combine(shell.Folder, "sub"));
        await File.WriteAllTextAsync(Path.Combine(shell.Folder, "a.png"), "", Cancel);
        await File.WriteAllTextAsync(Path.Combine(shell.Folder, "my photo.jpg"), "", Cancel);
        return shell;
    }

    /// <summary>Completes a line at its end.</summary>
    /// <returns>The matches, sorted, without what the line has of them before.</returns>
    public async Task<IReadOnlyList<string>> CompleteAsync(string line)
    {
        var start = new ProcessStartInfo(_name)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{_folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
                ["HOME"] = _folder.File(""),
                ["TERM"] = "dumb",
                ["SCRIPT"] = _folder.File("script"),
                ["MATCHES"] = _folder.File("matches"),
                ["SEGMENTATION_MODELS"] = "",
            },
        };
        foreach (var argument in Arguments(line))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = ProgramPath.Start(start);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        try
        {
            await process.WaitForExitAsync(Cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{_name}, '{line}': {await output}{await error}");
        return
        [
            .. (await output).Split('\n', '\r').Select(match => match.Split('\t')[0].TrimEnd('/'))
                // Bash and fish repeat the words of a list, and fish the option before its value.
                .Select(match => match.Contains('=') || match.Contains(',') ? match[(match.LastIndexOfAny(['=', ',']) + 1)..] : match)
                .Where(match => match.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    public void Dispose() => _folder.Dispose();

    private IEnumerable<string> Arguments(string line) => _name switch
    {
        "fish" =>
        [
            "--no-config", "-c", "source $SCRIPT; complete -C $argv[1]", line,
        ],
        "zsh" => ["-f", _folder.File("driver"), "", line, _folder.File("setup"), _folder.File("matches")],
        _ => ["--norc", _folder.File("driver"), _folder.File("script"), line, .. Pieces(line)],
    };

    private static IEnumerable<string> Pieces(string line)
    {
        var pieces = Piece().Matches(line).Select(match => match.Value);
        return line.EndsWith(' ') ? pieces.Append("") : pieces;
    }

    [GeneratedRegex(@"[=:]+|(\\.|[^\s=:])+")]
    private static partial Regex Piece();
}

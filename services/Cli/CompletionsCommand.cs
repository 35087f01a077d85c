using System.CommandLine;
using Segmentation.Cli.Catalogue;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Completions;

namespace Segmentation.Cli;

/// <summary><c>segctl completions</c>: scripts by which shells complete command lines of <c>segctl</c>.</summary>
internal static class CompletionsCommand
{
    private const string Description = """
        Prints a script by which a shell completes commands, options and their values when you press Tab.

        Examples:
          source <(segctl completions bash)
          source <(segctl completions zsh)
          segctl completions fish > ~/.config/fish/completions/segctl.fish
          segctl completions powershell | Out-String | Invoke-Expression

        docs/segctl.md says how to keep it for every shell that you start.
        """;

    public static Command Create()
    {
        var command = new Command("completions", Description);
        foreach (var (shell, write) in ShellScript.All)
        {
            var printed = new Command(shell, $"Prints the script for {shell}.");
            printed.SetAction(async (parsed, cancellationToken) =>
            {
                var root = (RootCommand)parsed.RootCommandResult.Command;
                // No shell wants carriage returns, also on Windows.
                var script = write(CompletionTable.Of(root)).ReplaceLineEndings("\n");
                await Console.Out.WriteAsync(script.AsMemory(), cancellationToken).ConfigureAwait(false);
                return CommandRunner.Success;
            });
            command.Subcommands.Add(printed);
        }

        command.Subcommands.Add(CreateModels());
        return command;
    }

    // Run by the scripts to complete ids of models: prints one id a line, and nothing where there are none.
    private static Command CreateModels()
    {
        var root = ModelRoot.Option();
        var command = new Command("models", "Prints the ids of this machine's models.") { root };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var id in ModelRoot.Catalog(parsed.GetValue(root)).List())
            {
                Console.Out.WriteLine(id);
            }

            return CommandRunner.Success;
        });
        return command;
    }
}

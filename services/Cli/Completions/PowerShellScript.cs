namespace Segmentation.Cli.Completions;

/// <summary>The script for PowerShell 5 and later.</summary>
internal static class PowerShellScript
{
    /// <summary>Writes the script of a table.</summary>
    public static string Of(CommandEntry root) => $$"""
        # Completions of segctl for PowerShell: segctl completions powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName segctl, segctl.exe -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)

            # By command: commands below it, options with their descriptions, and values of options and arguments.
            $commands = @{
        {{ShellScript.Lines(8, root.All.Where(one => one.Commands.Count > 0).Select(one =>
            $"{Quote(one.Path)} = [ordered]@{{ {string.Join("; ", one.Commands.Select(Described))} }}"))}}
            }
            $options = @{
        {{ShellScript.Lines(8, root.All.Select(one =>
            $"{Quote(one.Path)} = [ordered]@{{ {string.Join("; ", one.Options.SelectMany(Described))} }}"))}}
            }
            $values = @{
        {{ShellScript.Lines(8, root.All.Where(one => Values(one).Any()).Select(one =>
            $"{Quote(one.Path)} = @{{ {string.Join("; ", Values(one))} }}"))}}
            }
            $arguments = @{
        {{ShellScript.Lines(8, root.All.Where(one => one.Arguments.Count > 0).Select(one =>
            $"{Quote(one.Path)} = @({string.Join(", ", one.Arguments.Select(value => Quote($"{value}")))})"))}}
            }
            $repeats = @({{string.Join(", ", root.All.Where(one => one.Repeats).Select(one => Quote(one.Path)))}})

            $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or
                ($wordToComplete -eq '' -and $_.Extent.EndOffset -le $cursorPosition) } |
                ForEach-Object { $_.Extent.Text.Trim([char]39, [char]34) })
            $at = ''
            $number = 0
            $models = ''
            $option = ''
            for ($i = 1; $i -lt $words.Count; $i++) {
                $word = $words[$i]
                if ($option) {
                    if ($option -eq '--root') { $models = $word }
                    $option = ''
                } elseif ($word.StartsWith('-')) {
                    if ($values[$at] -and $values[$at].ContainsKey($word)) { $option = $word }
                } elseif ($commands[$at] -and $commands[$at].Contains($word)) {
                    $at = "$at $word".Trim()
                } else {
                    $number++
                }
            }

            $written = $wordToComplete
            $kept = ''
            $value = ''
            if ($option) {
                $value = $values[$at][$option]
            } elseif ($written -match '^(--[^=]+)=(.*)$') {
                $kept = "$($Matches[1])="
                $value = if ($values[$at]) { $values[$at][$Matches[1]] }
                $written = $Matches[2]
                if (-not $value) { return }
            } elseif ($written.StartsWith('-')) {
                $value = 'options'
            } elseif ($commands[$at]) {
                $value = 'commands'
            } elseif ($arguments[$at]) {
                $given = @($arguments[$at])
                if ($number -lt $given.Count) { $value = $given[$number] }
                elseif ($repeats -contains $at) { $value = $given[-1] }
            }
            if (-not $value) { $value = 'options' }

            $kind, $known = $value -split ' '
            $described = @{}
            switch ($kind) {
                'commands' { $described = $commands[$at]; $known = @($described.GetEnumerator() | ForEach-Object { $_.Key }) }
                'options' { $described = $options[$at]; $known = @($described.GetEnumerator() | ForEach-Object { $_.Key }) }
                'model' {
                    $more = if ($models) { @('--root', $models) } else { @() }
                    $known = @(& $words[0] completions models @more 2>$null)
                }
                'list' {
                    if ($written -match '^(.*,)([^,]*)$') { $kept += $Matches[1]; $written = $Matches[2] }
                }
                { $_ -in 'file', 'folder', 'path' } {
                    [System.Management.Automation.CompletionCompleters]::CompleteFilename($written) |
                        Where-Object { $kind -ne 'folder' -or $_.ResultType -eq 'ProviderContainer' } |
                        ForEach-Object {
                            [System.Management.Automation.CompletionResult]::new(
                                "$kept$($_.CompletionText)", $_.ListItemText, $_.ResultType, $_.ToolTip)
                        }
                    return
                }
            }
            $known | Where-Object { $_ -like "$written*" } | ForEach-Object {
                $tip = if ($described.Contains($_)) { $described[$_] } else { $_ }
                [System.Management.Automation.CompletionResult]::new("$kept$_", $_, 'ParameterValue', $tip)
            }
        }

        """;

    private static string Described(CommandEntry command) => $"{Quote(command.Name)} = {Quote(command.Description)}";

    private static IEnumerable<string> Described(OptionEntry option) =>
        option.Names.Select(name => $"{Quote(name)} = {Quote(option.Description)}");

    private static IEnumerable<string> Values(CommandEntry command) =>
        from option in command.Options
        where option.Value.Kind != ValueKind.None
        from name in option.Names
        select $"{Quote(name)} = {Quote($"{option.Value}")}";

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Segmentation.Cli.Keys;
using Segmentation.Common;
using Segmentation.Identity;

namespace Segmentation.Cli;

/// <summary><c>segctl keys</c>: the API keys of a server's keys file.</summary>
internal static class KeysCommand
{
    private const string Description = """
        Makes, lists, exchanges and revokes API keys in the file that a server reads
        (Segmentation:Identity:KeysFile). The server notices a change within a second.

        Examples:
          segctl keys create --file keys.json --tenant acme --name ci --scopes segment,upload --expires 90d
          segctl keys list --file keys.json
          segctl keys rotate --file keys.json k3J9fQ0a --overlap 7d
          segctl keys revoke --file keys.json k3J9fQ0a
        """;

    public static Command Create() => new("keys", Description)
    {
        CreateCreate(), CreateList(), CreateRotate(), CreateRevoke(),
    };

    private static Command CreateCreate()
    {
        var file = FileOption();
        var tenant = new Option<string>("--tenant")
        {
            Description = $"Tenant of everybody who holds the key: {TenantName.Rule}.",
            HelpName = "name",
            Required = true,
        };
        tenant.Validators.Add(result =>
        {
            if (!TenantName.IsValid(result.GetValueOrDefault<string>()))
            {
                result.AddError($"--tenant must be {TenantName.Rule}.");
            }
        });
        var name = new Option<string>("--name")
        {
            Description = "Name of the holder, for lists and the audit log.",
            HelpName = "name",
            Required = true,
        };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= 100 } text || text.Any(char.IsControl))
            {
                result.AddError("--name must have 1 to 100 characters and no control characters.");
            }
        });
        var scopes = new Option<Scope>("--scopes")
        {
            Description = $"Rights, separated by commas: {string.Join(", ", Scopes.Names)}. "
                + $"Without it: {string.Join(", ", Scopes.NamesOf(Scopes.Usual))}.",
            HelpName = "a,b",
            CustomParser = ParseScopes,
        };
        var expires = DurationOption(
            "--expires", "Time after which the key is refused, such as 90d or 12h. Without it: never.");
        var rate = NumberOption("--units-per-second", "Units of work a second that the tenant may use.");
        var burst = NumberOption("--burst", "Units of work that the tenant may use at once.");
        var command = new Command(
            "create", "Makes a key. Writes the key, which is shown this once, alone to standard output.")
        {
            file, tenant, name, scopes, expires, rate, burst,
        };
        command.SetAction((parsed, cancellationToken) => KeyEditor.CreateAsync(
            parsed.GetRequiredValue(file),
            new(
                parsed.GetRequiredValue(tenant),
                parsed.GetRequiredValue(name),
                parsed.GetResult(scopes) is null ? Scopes.Usual : parsed.GetValue(scopes),
                parsed.GetValue(expires),
                parsed.GetValue(rate),
                parsed.GetValue(burst)),
            cancellationToken));
        return command;
    }

    private static Command CreateList()
    {
        var file = FileOption();
        var json = new Option<bool>("--json") { Description = "Writes a JSON array instead of a table." };
        var command = new Command("list", "Lists keys: id, tenant, name, scopes and whether they are valid.") { file, json };
        command.SetAction((parsed, _) => Task.FromResult(
            KeyEditor.List(parsed.GetRequiredValue(file), parsed.GetValue(json))));
        return command;
    }

    private static Command CreateRotate()
    {
        var file = FileOption();
        var id = IdArgument();
        var overlap = DurationOption("--overlap", "Time for which the old key stays valid. Without it: 1d.");
        var command = new Command(
            "rotate", "Makes a key in place of another. Writes the new key alone to standard output.")
        {
            file, id, overlap,
        };
        command.SetAction((parsed, cancellationToken) => KeyEditor.RotateAsync(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(id),
            parsed.GetValue(overlap) ?? TimeSpan.FromDays(1),
            cancellationToken));
        return command;
    }

    private static Command CreateRevoke()
    {
        var file = FileOption();
        var id = IdArgument();
        var command = new Command("revoke", "Revokes a key: servers refuse it, and end its streams, within seconds.")
        {
            file, id,
        };
        command.SetAction((parsed, cancellationToken) => KeyEditor.RevokeAsync(
            parsed.GetRequiredValue(file), parsed.GetRequiredValue(id), cancellationToken));
        return command;
    }

    private static Option<FileInfo> FileOption() => new("--file")
    {
        Description = "The keys file; 'create' makes it where there is none.",
        HelpName = "keys.json",
        Required = true,
    };

    private static Argument<string> IdArgument() => new("id")
    {
        Description = "The key's id, as 'list' shows it: the 8 characters after 'seg_'.",
    };

    private static Option<double?> NumberOption(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "number" };
        option.Validators.Add(result =>
        {
            // What is no number is refused by the parser.
            if (result.Tokens is [{ Value: var text }] && double.TryParse(text, CultureInfo.InvariantCulture, out var number)
                && number is not (> 0 and < 1e9))
            {
                result.AddError($"{name} must be above 0 and below 1e9.");
            }
        });
        return option;
    }

    private static Option<TimeSpan?> DurationOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "90d",
        CustomParser = result => ParseDuration(result, name),
    };

    private static TimeSpan? ParseDuration(ArgumentResult result, string name)
    {
        var text = result.Tokens.SingleOrDefault()?.Value ?? "";
        var unit = text.Length == 0 ? default : text[^1];
        var seconds = unit switch { 'd' => 86_400, 'h' => 3_600, 'm' => 60, 's' => 1, _ => 0 };
        const int MaxDays = 36_500;
        if (seconds > 0 && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count <= MaxDays * 86_400L / seconds)
        {
            return TimeSpan.FromSeconds(count * seconds);
        }

        result.AddError(
            $"{name} must be a number of days, hours, minutes or seconds, such as 90d, 12h, 30m; not '{text}'.");
        return null;
    }

    private static Scope ParseScopes(ArgumentResult result)
    {
        var names = result.Tokens.SelectMany(token => token.Value.Split(
            [',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        if (!Scopes.TryParse(names, out var scopes, out var unknown))
        {
            result.AddError($"--scopes has '{unknown}'; scopes are {string.Join(", ", Scopes.Names)}.");
        }
        else if (scopes == Scope.None)
        {
            result.AddError("--scopes names none.");
        }

        return scopes;
    }
}

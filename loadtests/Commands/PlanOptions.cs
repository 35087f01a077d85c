using System.CommandLine;
using System.CommandLine.Parsing;
using Segmentation.LoadTests.Planning;

namespace Segmentation.LoadTests.Commands;

/// <summary>Options of <c>plan</c>.</summary>
internal sealed class PlanOptions
{
    private static readonly Behaviour _people = new();
    private static readonly Objectives _wanted = new();
    private static readonly Machines _form = new() { Gateways = 1, Encoders = 1, Silos = 1, Redis = 1 };

    private readonly Option<double> _think = Number(
        "--think", _people.ThinkSeconds, "Mean seconds between clicks of a person.");
    private readonly Option<double> _clicks = Number("--clicks", _people.ClicksPerPicture, "Mean clicks on a picture.");
    private readonly Option<double> _skew = Number(
        "--skew", _people.Skew, "Popularity of stored pictures: 1 / k^SKEW.", least: 0);
    private readonly Option<double> _keep = Number("--keep", _people.KeepSeconds, "Seconds that an embedding is kept.");
    private readonly Option<double> _stored = Number(
        "--stored", _people.StoredShare, "Share of opened pictures that are stored, below 1.", least: 0, most: 0.999);

    private readonly Option<double> _bulk = Number(
        "--bulk", _people.BulkPerUser, "Prompts a second of a person's bulk requests.", least: 0);

    private readonly Option<double> _clickP99 = Number("--click-p99", _wanted.ClickP99, "Wanted p99 of clicks, ms.");
    private readonly Option<double> _uploadP99 = Number(
        "--upload-p99", _wanted.UploadP99, "Wanted p99 of uploads, ms.");
    private readonly Option<double> _busy = Number(
        "--busy", _wanted.MostBusy, "Largest busy share of a kind of machine.", most: 0.95);

    private readonly Option<double> _hot = Number("--hot-gigabytes", _form.HotBytes / 1e9, "Hot images of a silo.");
    private readonly Option<double> _network = Number(
        "--network-gigabits", _form.NetworkBits / 1e9, "Network of a machine, Gbit/s.");

    /// <summary>Numbers of people.</summary>
    public Option<double[]> Users { get; } = new("--users")
    {
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
        Description = "People who work at the same time, 1 or more.",
        Validators = { EachIsSomebody },
    };

    /// <summary>File with service times.</summary>
    public Option<FileInfo?> Times { get; } = new("--times")
    {
        Description = "Service times that --measure wrote. Default: those of the project.",
        HelpName = "file",
    };

    /// <summary>File that measured times are written to.</summary>
    public Option<FileInfo?> Measure { get; } = new("--measure")
    {
        Description = "Measures the service times of this machine into a file, and plans nothing.",
        HelpName = "file",
    };

    /// <summary>True to compare the simulation with a cluster.</summary>
    public Option<bool> Check { get; } = new("--check")
    {
        Description = "Compares the simulation with a cluster on this machine at the same arrivals.",
    };

    /// <summary>Clicks a second of the comparison.</summary>
    public Option<double> Rate { get; } = Number("--rate", 10, "Clicks a second of --check.");

    /// <summary>Uploads a second of the comparison.</summary>
    public Option<double> UploadRate { get; } = Number("--upload-rate", 0.2, "Uploads a second of --check.", least: 0);

    /// <summary>Length of the comparison.</summary>
    public Option<double> Seconds { get; } = Number("--seconds", 90, "Length of --check.");

    /// <summary>Chance.</summary>
    public Option<int> Seed { get; } = new("--seed")
    {
        DefaultValueFactory = _ => 1,
        Description = "Chance; the same seed gives the same figures.",
    };

    /// <summary>All of them, for the command.</summary>
    public IEnumerable<Option> All =>
    [
        Users, Times, Measure, Check, Rate, UploadRate, Seconds, Seed,
        _think, _clicks, _stored, _skew, _keep, _bulk, _clickP99, _uploadP99, _busy, _hot, _network,
    ];

    /// <summary>Behaviour of the simulated people.</summary>
    public Behaviour Behaviour(ParseResult parsed) => _people with
    {
        ThinkSeconds = parsed.GetValue(_think),
        ClicksPerPicture = Math.Max(1, parsed.GetValue(_clicks)),
        StoredShare = parsed.GetValue(_stored),
        Skew = parsed.GetValue(_skew),
        KeepSeconds = parsed.GetValue(_keep),
        BulkPerUser = parsed.GetValue(_bulk),
    };

    /// <summary>Largest response times that are good enough.</summary>
    public Objectives Objectives(ParseResult parsed) => _wanted with
    {
        ClickP99 = parsed.GetValue(_clickP99),
        UploadP99 = parsed.GetValue(_uploadP99),
        MostBusy = parsed.GetValue(_busy),
    };

    /// <summary>Memory and network of machines.</summary>
    public Machines Form(ParseResult parsed) => _form with
    {
        HotBytes = parsed.GetValue(_hot) * 1e9,
        NetworkBits = parsed.GetValue(_network) * 1e9,
    };

    private static void EachIsSomebody(OptionResult result)
    {
        foreach (var users in result.GetValueOrDefault<double[]>()!.Where(users => !(users >= 1)))
        {
            result.AddError($"--users {users}: there must be 1 or more.");
        }
    }

    private static Option<double> Number(
        string name, double value, string description, double least = 1e-3, double most = double.MaxValue)
    {
        var option = new Option<double>(name) { DefaultValueFactory = _ => value, Description = description };
        option.Validators.Add(result =>
        {
            var given = result.GetValueOrDefault<double>();
            if (!(given >= least && given <= most))
            {
                var end = most < double.MaxValue ? $", at most {most}" : "";
                result.AddError($"{name} is {given}; it must be {least} or more{end}.");
            }
        });
        return option;
    }
}

using System.CommandLine;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Load;

/// <summary>Options of <c>click</c> for a load: the number of clicks, their pictures, calls or live sessions.</summary>
internal sealed class ClickLoadOptions
{
    private readonly Option<Schedule?> _rate = new("--rate")
    {
        Description = $"Open model: {Schedule.Form}. Times count from when a click was due.",
        CustomParser = Schedule.Parse,
    };

    private readonly Option<int?> _people = new("--people")
    {
        Description = "Closed model: so many people who click when their last click was answered.",
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        DefaultValueFactory = _ => 10,
        Description = "Length of the run, or of every part of a schedule.",
    };

    private readonly Option<bool> _stream = new("--stream") { Description = "By live sessions instead of unary calls." };

    private readonly Option<int> _images = new("--images")
    {
        DefaultValueFactory = _ => 6,
        Description = "Pictures clicked on.",
    };

    private readonly Option<double> _skew = new("--skew")
    {
        DefaultValueFactory = _ => 1,
        Description = "The k-th picture gets a share of 1 / k^SKEW of the clicks; 0 for all alike.",
    };

    /// <summary>All of them, for a command.</summary>
    public IEnumerable<Option> All => [_rate, _people, _seconds, _stream, _images, _skew];

    /// <summary>True where one of the two models was asked for.</summary>
    public bool IsWanted(ParseResult parsed) =>
        parsed.GetValue(_rate) is not null || parsed.GetValue(_people) is not null;

    /// <summary>Runs the load on each system.</summary>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync(
        ParseResult parsed, IEnumerable<string> systems, CancellationToken cancellationToken)
    {
        var rows = new List<Measurement>();
        var seconds = parsed.GetValue(_seconds);
        foreach (var name in systems)
        {
            await using var system = await SpawnedSystem.StartAsync(name, cancellationToken);
            var pictures = new Pictures(parsed.GetValue(_images), parsed.GetValue(_skew));
            await using var clicker = await Clicker.StartAsync(
                system, pictures, parsed.GetValue(_stream), cancellationToken);
            Task Click(int n) => clicker.ClickAsync(n, cancellationToken);
            if (parsed.GetValue(_rate) is { } schedule)
            {
                foreach (var (part, times) in await LoadRun.OpenAsync(schedule, seconds, Click, cancellationToken))
                {
                    rows.AddRange(times.Rows($"click, {name}, {part}"));
                }
            }

            if (parsed.GetValue(_people) is { } people)
            {
                var times = await LoadRun.ClosedAsync(people, seconds, Click, cancellationToken);
                rows.Add(Measurement.Of($"click, {name}, {people} people", "1/s", [times.Count / seconds]));
                rows.AddRange(times.Rows($"click, {name}, {people} people"));
            }

            rows.AddRange(clicker.Restoring.Rows($"click, {name}"));
        }

        return rows;
    }
}

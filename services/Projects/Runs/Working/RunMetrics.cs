using System.Diagnostics.Metrics;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Figures of runs in this process.</summary>
internal sealed class RunMetrics
{
    /// <summary>The picture's masks are written.</summary>
    public const string Done = "done";

    /// <summary>The picture has failed for good.</summary>
    public const string Failed = "failed";

    /// <summary>The picture waits again: an attempt failed, the run was paused, or another worker has the picture.</summary>
    public const string PutBack = "put_back";

    /// <summary>The picture left the run: it was deleted or excluded.</summary>
    public const string Dropped = "dropped";

    // From a small picture on a GPU to a large one with crops on a few cores.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000],
    };

    private readonly Counter<long> _pictures;
    private readonly Counter<long> _masks;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _active;

    public RunMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("segmentation.projects.runs");
        _pictures = meter.CreateCounter<long>(
            "segmentation.projects.runs.pictures",
            "{picture}",
            "Pictures of runs that were begun and ended, by result (done, failed, put_back, dropped).");
        _masks = meter.CreateCounter<long>(
            "segmentation.projects.runs.masks", "{mask}", "Masks that runs wrote: proposals and annotations.");
        _duration = meter.CreateHistogram(
            "segmentation.projects.runs.duration",
            "s",
            "Time of one picture of a run, from its claim until its masks were written, by result.",
            advice: _seconds);
        _active = meter.CreateUpDownCounter<long>(
            "segmentation.projects.runs.active", "{picture}", "Pictures of runs under way in this process.");
        foreach (var result in (string[])[Done, Failed, PutBack, Dropped])
        {
            _pictures.Add(0, Tag(result));
        }

        _masks.Add(0);
        _active.Add(0);
    }

    /// <summary>Counts a picture as under way until the result is disposed.</summary>
    public IDisposable Begin()
    {
        _active.Add(1);
        return new Activity(_active);
    }

    /// <summary>Counts a picture that was begun.</summary>
    public void Ended(string result, TimeSpan duration)
    {
        _pictures.Add(1, Tag(result));
        _duration.Record(duration.TotalSeconds, Tag(result));
    }

    /// <summary>Counts masks.</summary>
    public void Wrote(int masks) => _masks.Add(masks);

    private static KeyValuePair<string, object?> Tag(string result) => new("result", result);

    private sealed class Activity(UpDownCounter<long> active) : IDisposable
    {
        public void Dispose() => active.Add(-1);
    }
}

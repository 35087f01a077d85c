using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Starts traces and hears their spans, and spans that are linked to them. Listeners hear the whole process, tests run
/// beside each other: what belongs to no trace of this one is passed over.
/// </summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly ConcurrentDictionary<ActivityTraceId, bool> _traces = [];
    private readonly Channel<Activity> _ended = Channel.CreateUnbounded<Activity>();
    private readonly List<Activity> _heard = [];
    private readonly ActivityListener _listener;

    /// <param name="sources">Beginnings of the names of sources to listen to.</param>
    public HeardSpans(params string[] sources)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Any(name => source.Name.StartsWith(name, StringComparison.Ordinal)),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (_traces.ContainsKey(activity.TraceId)
                    || activity.Links.Any(link => _traces.ContainsKey(link.Context.TraceId)))
                {
                    _ended.Writer.TryWrite(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Begins a trace; its span is the current one until it is disposed.</summary>
    public Activity Begin()
    {
        var span = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        Activity.Current = null;
        span.Start();
        _traces[span.TraceId] = true;
        return span;
    }

    /// <summary>Waits until so many spans of a name have ended.</summary>
    public async Task<IReadOnlyList<Activity>> NextAsync(string name, int count = 1)
    {
        while (_heard.Count(span => span.OperationName == name) < count)
        {
            _heard.Add(await _ended.Reader.ReadAsync(TestContext.Current.CancellationToken));
        }

        return [.. _heard.Where(span => span.OperationName == name)];
    }

    /// <summary>Waits until a span of a name has ended.</summary>
    public async Task<Activity> OneAsync(string name) => Assert.Single(await NextAsync(name));

    public void Dispose() => _listener.Dispose();
}

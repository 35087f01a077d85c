using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Segmentation.Tests.Shared;

/// <summary>
/// What the instruments of one host say. Counters are summed, histograms are counted, observed values are read like a
/// scrape does. Instruments are found by name and, where they have tags, the tags' values behind it.
/// </summary>
internal sealed class HeardMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = [];

    /// <param name="scope">The factory that made the host's meters.</param>
    public HeardMeters(IMeterFactory scope)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == scope)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>
    /// A value, for example of <c>segmentation.decoder.dropped batch overloaded</c>; 0 when never heard.
    /// </summary>
    public double this[string nameAndTags]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _values.GetValueOrDefault(nameAndTags);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string[] words = [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Value}")];
        var isObserved = instrument.IsObservable;
        var amount = instrument is Histogram<double> or Histogram<int> ? 1 : value;
        _values.AddOrUpdate(string.Join(' ', words), amount, (_, sum) => isObserved ? amount : sum + amount);
    }
}

using System.Collections.Concurrent;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Learns how the time to read an image relates to what its header lets expect, by kind of file. Safe for concurrent
/// use.
/// </summary>
internal sealed class ReadTimes
{
    /// <summary>Weight of the newest image in the average: about the last ten count.</summary>
    private const double Smoothing = 0.2;

    // A few strange files do not make all of their kind free, or too dear to begin.
    private const double Least = 0.2;
    private const double Most = 5;

    // Of smaller images the time says nothing about pixels.
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<string, double> _factors = [];

    /// <summary>Expected seconds.</summary>
    public double Expect(ReadCost cost) => cost.Time.TotalSeconds * _factors.GetValueOrDefault(cost.Kind, 1);

    /// <summary>Learns what an image took.</summary>
    public void Learn(ReadCost cost, TimeSpan duration)
    {
        if (cost.Time < _shortest)
        {
            return;
        }

        var found = Math.Clamp(duration / cost.Time, Least, Most);
        _factors.AddOrUpdate(
            cost.Kind,
            (_, value) => 1 + Smoothing * (value - 1),
            (_, factor, value) => factor + Smoothing * (value - factor),
            found);
    }
}

using System.Globalization;

namespace Segmentation.Identity.Quotas;

/// <summary>
/// State of an account's shared bucket, and what taking from it makes of it. A store keeps it as text:
/// <c>units;milliseconds;used;gateway=milliseconds;...</c>, times since 1970.
/// </summary>
/// <param name="Units">Units in the bucket; below 0 after more was spent than there was.</param>
/// <param name="Time">Time for which they hold.</param>
/// <param name="Used">Units of work done on the day (UTC) of <paramref name="Time"/>.</param>
/// <param name="Gateways">Gateways that took units, and when.</param>
internal sealed record SharedBucket(
    double Units, DateTimeOffset Time, double Used, IReadOnlyList<KeyValuePair<string, DateTimeOffset>> Gateways)
{
    /// <summary>A gateway that has taken nothing for so long is no longer counted.</summary>
    public static readonly TimeSpan Active = TimeSpan.FromSeconds(5);

    /// <summary>A bucket that nobody has used yet, or not for long: full.</summary>
    public static SharedBucket Full(Quota quota, DateTimeOffset now) => new(quota.Burst, now, 0, []);

    /// <summary>Reads the text; a full bucket where it has another form.</summary>
    public static SharedBucket Parse(string? text, Quota quota, DateTimeOffset now)
    {
        if (text?.Split(';') is not [var units, var time, var used, .. var gateways]
            || NumberOf(units) is not { } held
            || NumberOf(used) is not { } done
            || TimeOf(time) is not { } since)
        {
            return Full(quota, now);
        }

        var seen = new List<KeyValuePair<string, DateTimeOffset>>(gateways.Length);
        foreach (var gateway in gateways)
        {
            if (gateway.Split('=') is [var name, var last] && TimeOf(last) is { } then)
            {
                seen.Add(new(name, then));
            }
        }

        return new(held, since, done, seen);
    }

    /// <summary>Units of work done on the day (UTC) of a time.</summary>
    public double UsedOn(DateTimeOffset now) => now.UtcDateTime.Date > Time.UtcDateTime.Date ? 0 : Used;

    /// <summary>Tells whether the bucket is full again at a time.</summary>
    public bool IsFull(Quota quota, DateTimeOffset now) => UnitsAt(quota, now) >= quota.Burst;

    /// <summary>Time after which the bucket says no more than a new one does: full again, and on another day.</summary>
    public TimeSpan Lifetime(Quota quota)
    {
        var refill = (quota.Burst - Math.Min(0, Units)) / quota.UnitsPerSecond;
        var longest = TimeSpan.FromDays(365).TotalSeconds;
        var day = TimeSpan.FromDays(1) - Time.UtcDateTime.TimeOfDay;
        return TimeSpan.FromSeconds(Math.Max(day.TotalSeconds, Math.Min(refill, longest)));
    }

    /// <summary>Takes units.</summary>
    /// <returns>The bucket afterwards, and what was given.</returns>
    public (SharedBucket After, QuotaGrant Grant) Take(
        string gateway, Quota quota, QuotaClaim claim, DateTimeOffset now)
    {
        // Clocks of gateways differ a little: time never goes back, or it would be filled twice.
        var time = now > Time ? now : Time;
        var units = Math.Min(quota.Burst, UnitsAt(quota, time) - claim.Spent);
        var given = Math.Clamp(units, 0, claim.Wanted);
        var used = Math.Max(0, UsedOn(time) + claim.Used);
        var gateways = Gateways.Where(other => other.Key != gateway && time - other.Value < Active).ToList();
        if (!claim.IsEmpty)
        {
            gateways.Add(new(gateway, time));
        }

        var grant = new QuotaGrant(given, units - given, used, Math.Max(1, gateways.Count));
        return (new(units - given, time, used, gateways), grant);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Units:R};{Time.ToUnixTimeMilliseconds()};{Used:R}");
        return Gateways.Aggregate(text, (before, gateway) => string.Create(
            CultureInfo.InvariantCulture, $"{before};{gateway.Key}={gateway.Value.ToUnixTimeMilliseconds()}"));
    }

    private static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    private static DateTimeOffset? TimeOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    private double UnitsAt(Quota quota, DateTimeOffset time) => Math.Min(
        quota.Burst, Units + (Math.Max(0, (time - Time).TotalSeconds) * quota.UnitsPerSecond));
}

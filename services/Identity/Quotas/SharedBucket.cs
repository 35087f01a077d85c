using System.Globalization;

namespace Segmentation.Identity.Quotas;

/// <summary>
/// State of a tenant's shared bucket, and what taking from it makes of it. A store keeps it as text:
/// <c>units;milliseconds;gateway=milliseconds;...</c>, times since 1970.
/// </summary>
/// <param name="Units">Units in the bucket; below 0 after more was spent than there was.</param>
/// <param name="Time">Time for which they hold.</param>
/// <param name="Gateways">Gateways that took units, and when.</param>
internal sealed record SharedBucket(
    double Units, DateTimeOffset Time, IReadOnlyList<KeyValuePair<string, DateTimeOffset>> Gateways)
{
    /// <summary>A gateway that has taken nothing for so long is no longer counted.</summary>
    public static readonly TimeSpan Active = TimeSpan.FromSeconds(5);

    /// <summary>A bucket that nobody has used yet, or not for long: full.</summary>
    public static SharedBucket Full(Quota quota, DateTimeOffset now) => new(quota.Burst, now, []);

    /// <summary>Reads the text; a full bucket where it has another form.</summary>
    public static SharedBucket Parse(string? text, Quota quota, DateTimeOffset now)
    {
        if (text?.Split(';') is not [var units, var time, .. var gateways]
            || !double.TryParse(units, NumberStyles.Float, CultureInfo.InvariantCulture, out var held)
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

        return new(held, since, seen);
    }

    /// <summary>Takes units.</summary>
    /// <returns>The bucket afterwards, and what was given.</returns>
    public (SharedBucket After, QuotaGrant Grant) Take(
        string gateway, Quota quota, double spent, double wanted, DateTimeOffset now)
    {
        // Clocks of gateways differ a little: time never goes back, or it would be filled twice.
        var time = now > Time ? now : Time;
        var units = Math.Min(quota.Burst, Units + ((time - Time).TotalSeconds * quota.UnitsPerSecond));
        units = Math.Min(quota.Burst, units - spent);
        var given = Math.Clamp(units, 0, wanted);
        KeyValuePair<string, DateTimeOffset>[] gateways =
        [
            .. Gateways.Where(other => other.Key != gateway && time - other.Value < Active), new(gateway, time),
        ];
        return (new(units - given, time, gateways), new(given, gateways.Length));
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Units:R};{Time.ToUnixTimeMilliseconds()}");
        return Gateways.Aggregate(text, (before, gateway) => string.Create(
            CultureInfo.InvariantCulture, $"{before};{gateway.Key}={gateway.Value.ToUnixTimeMilliseconds()}"));
    }

    private static DateTimeOffset? TimeOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}

namespace Segmentation.LoadTests.Attack;

/// <summary>Bounds on the server and on the bystander during an attack and after it.</summary>
internal sealed record AttackBounds
{
    /// <summary>
    /// Megabytes that a collector may leave lying for a while, beside what is in use: it looks at the machine's memory,
    /// and there is enough.
    /// </summary>
    public const double CollectorMegabytes = 100;

    /// <summary>Clicks of the bystander: their p99 against the unloaded one, where that is over the floor.</summary>
    public const double ClickRatio = 2;

    /// <summary>Milliseconds of the bystander's longest upload, where three unloaded ones are less.</summary>
    public const double UploadFloor = 5_000;

    /// <summary>
    /// Megabytes over the beginning that may stay, besides those of the bystander's own pictures. Null for legal work,
    /// whose garbage the collector leaves until there is work again.
    /// </summary>
    public double? StayMegabytes { get; init; } = 150;

    /// <summary>
    /// Longest median time of a refusal in seconds, for attacks whose requests are all refused; null for the others.
    /// </summary>
    public double? RefusedSeconds { get; init; }

    /// <summary>Megabytes that memory may rise by, besides what it rises by for the bystander alone.</summary>
    public required double PeakMegabytes { get; init; }

    /// <summary>
    /// Floor of the bound on clicks in milliseconds: the attack's own client takes turns with the server on the same
    /// cores.
    /// </summary>
    public double ClickFloor { get; init; } = 250;

    /// <summary>
    /// Bounds of requests that are refused, each of them with 50 MB at the most and within 0.2 seconds.
    /// </summary>
    /// <param name="atOnce">How many of them are on their way together.</param>
    public static AttackBounds Refused(int atOnce) => new() { RefusedSeconds = 0.2, PeakMegabytes = 50.0 * atOnce };

    /// <summary>Bounds of what a budget of the server limits.</summary>
    /// <param name="megabytes">The budget, and room for one request beyond it.</param>
    public static AttackBounds Budget(double megabytes) => new() { PeakMegabytes = megabytes };

    /// <summary>Bounds of legal work that a budget of the server limits.</summary>
    /// <param name="megabytes">The budget, and room for one request beyond it.</param>
    public static AttackBounds Work(double megabytes) => Budget(megabytes) with { StayMegabytes = null };

    /// <summary>
    /// The same attack by a stranger, of whom nothing is read but headers: every request is a refusal, whatever work it
    /// would have been.
    /// </summary>
    public AttackBounds OfStranger() => this with
    {
        RefusedSeconds = 0.2,
        PeakMegabytes = Math.Min(PeakMegabytes, 50),
        StayMegabytes = 50,
    };

    /// <summary>Bounds of what keeps the cores of client and server busy, however little a request costs.</summary>
    /// <param name="megabytes">Room for them.</param>
    public static AttackBounds Flood(double megabytes) => new() { PeakMegabytes = megabytes, ClickFloor = 500 };
}

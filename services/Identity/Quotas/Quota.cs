namespace Segmentation.Identity.Quotas;

/// <summary>Work that a tenant may have done, over all gateways: a token bucket's figures.</summary>
/// <param name="UnitsPerSecond">Units of work a second in the long run; above 0.</param>
/// <param name="Burst">Units of work at once after a pause; above 0.</param>
public readonly record struct Quota(double UnitsPerSecond, double Burst)
{
    /// <summary>Seconds of the rate that a burst has where no burst is given.</summary>
    public const double DefaultBurstSeconds = 10;

    /// <summary>A quota whose burst is ten seconds of its rate.</summary>
    /// <param name="unitsPerSecond">Units of work a second; above 0.</param>
    public static Quota OfRate(double unitsPerSecond) => new(unitsPerSecond, DefaultBurstSeconds * unitsPerSecond);
}

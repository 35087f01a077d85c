namespace Segmentation.LoadTests.Planning;

/// <summary>Result of a simulation.</summary>
/// <param name="Clicks">Times of clicks, in seconds.</param>
/// <param name="Uploads">Times of uploads of new pictures, in seconds.</param>
/// <param name="SiloUtilisation">Busy share of decode workers.</param>
/// <param name="EncoderUtilisation">Busy share of encoders.</param>
/// <param name="GatewayUtilisation">Busy share of the gateways' cores.</param>
/// <param name="RedisUtilisation">Busy share of Redis' cores.</param>
/// <param name="ColdShare">Share of clicks whose image was not hot.</param>
/// <param name="HotImages">Prepared images of a silo at the end.</param>
internal sealed record PlanOutcome(
    IReadOnlyList<double> Clicks,
    IReadOnlyList<double> Uploads,
    double SiloUtilisation,
    double EncoderUtilisation,
    double GatewayUtilisation,
    double RedisUtilisation,
    double ColdShare,
    double HotImages)
{
    /// <summary>The time that a share of some times do not exceed, in milliseconds; NaN of none.</summary>
    public static double At(IReadOnlyList<double> times, double share) =>
        times.Count == 0 ? double.NaN : 1000 * times[Math.Max(0, (int)Math.Ceiling(share * times.Count) - 1)];
}

namespace Segmentation.Gateway.Scaling;

/// <summary>A gateway's work for encoders, as the other gateways read it.</summary>
/// <param name="Work">Seconds of work by digest of the model; models without work are left out.</param>
/// <param name="ImageSeconds">Seconds that an encoder needs for one image, by digest of the model.</param>
/// <param name="StartSeconds">Seconds that the start of an encoder takes; null where none was seen.</param>
internal sealed record WorkReport(
    IReadOnlyDictionary<string, double> Work, IReadOnlyDictionary<string, double> ImageSeconds, double? StartSeconds)
{
    /// <summary>Nothing waits, and nothing was measured.</summary>
    public static WorkReport Empty { get; } =
        new(new Dictionary<string, double>(), new Dictionary<string, double>(), null);
}

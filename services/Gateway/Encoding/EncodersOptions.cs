namespace Segmentation.Gateway.Encoding;

/// <summary>Where the encoders are and how they are asked: section <c>Segmentation:Encoders</c>.</summary>
internal sealed class EncodersOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Encoders";

    /// <summary>
    /// <c>dns:///host:port</c> for every address behind a name, or <c>http://host:port</c>, several separated by
    /// commas. Each image goes to the one with the fewest. Default: an encoder on this machine.
    /// </summary>
    public string Address { get; set; } = "http://127.0.0.1:7090";

    /// <summary>Encoders asked for one image, when those before could not be reached or died. Default 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>How long one encoder may take for one image, waiting included. Default 60 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Longest wait of an image while no encoder is in reach, longer than an encoder needs to start. The time in which
    /// encoders work on the image does not count. Default 15 seconds.
    /// </summary>
    public TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Repetitions that each answered image pays for, so that an outage is not multiplied. Default 0.2.</summary>
    public double RetryRatio { get; set; } = 0.2;

    /// <summary>Repetitions that may be saved up: images in flight to one encoder that can die. Default 100.</summary>
    public int RetryBurst { get; set; } = 100;
}

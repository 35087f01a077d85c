using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Encoding;

/// <summary>Addresses of the encoders, attempts and time limits: section <c>Segmentation:Encoders</c>.</summary>
internal sealed class EncodersOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Encoders";

    /// <summary>
    /// <c>dns:///host:port</c> for every address behind a name, or <c>http://host:port</c>, several of both separated
    /// by commas. Each image goes to the encoder with the fewest images that serves the image's model. Default: an
    /// encoder on this machine.
    /// </summary>
    public string Address { get; set; } = "http://127.0.0.1:7090";

    /// <summary>Encoders asked for one image, when those before could not be reached or died. Default 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Time limit of one encoder for one image, waiting included. Default 60 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Longest wait of an image while no encoder is in reach, longer than an encoder needs to start. The time in which
    /// encoders work on the image does not count. Default 15 seconds.
    /// </summary>
    public TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Longest wait of an image for an encoder that is started for it, in place of <see cref="ReadyTimeout"/>, where
    /// something starts encoders when images wait. Zero, the default: nothing does.
    /// </summary>
    public TimeSpan StartTimeout { get; set; }

    /// <summary>Longest wait of an image while no encoder is in reach.</summary>
    internal TimeSpan LongestWait => StartTimeout > ReadyTimeout ? StartTimeout : ReadyTimeout;

    /// <summary>
    /// Repetitions that each answered image pays for, so that an outage is not multiplied. Default 0.2.
    /// </summary>
    public double RetryRatio { get; set; } = 0.2;

    /// <summary>Repetitions that may be saved up: images in flight to one encoder that can die. Default 100.</summary>
    public int RetryBurst { get; set; } = 100;
}

/// <summary>Checks <see cref="EncodersOptions"/> at start.</summary>
internal sealed class EncodersOptionsValidator : IValidateOptions<EncodersOptions>
{
    public ValidateOptionsResult Validate(string? name, EncodersOptions options) =>
        new OptionChecks(EncodersOptions.Section)
            .Require(
                EncoderAddresses.TryParse(options.Address, out _),
                nameof(options.Address),
                options.Address,
                "must be dns:///host:port or http://host:port, several separated by commas")
            .Range(nameof(options.MaxAttempts), options.MaxAttempts, 1, 10)
            .Range(nameof(options.AttemptTimeout), options.AttemptTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.ReadyTimeout), options.ReadyTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Range(nameof(options.StartTimeout), options.StartTimeout, TimeSpan.Zero, TimeSpan.FromHours(1))
            .Range(nameof(options.RetryRatio), options.RetryRatio, 0, 1)
            .Range(nameof(options.RetryBurst), options.RetryBurst, 0, 100_000)
            .Result;
}

using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Scaling;

/// <summary>The port that tells KEDA how many encoders are needed: section <c>Segmentation:Scaling</c>.</summary>
internal sealed class ScalingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Scaling";

    /// <summary>IP address of the port. Default: loopback.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>
    /// Port of KEDA's contract <c>externalscaler.ExternalScaler</c>, gRPC; with the cluster's mutual TLS where that is
    /// on. 0: chosen by the system. Default: no port.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>
    /// Seconds of work for each encoder, where a ScaledObject does not say <c>secondsPerEncoder</c>: more work needs
    /// more encoders. Default 2.
    /// </summary>
    public double SecondsPerEncoder { get; set; } = 2;
}

/// <summary>Checks <see cref="ScalingOptions"/> at start.</summary>
internal sealed class ScalingOptionsValidator : IValidateOptions<ScalingOptions>
{
    public ValidateOptionsResult Validate(string? name, ScalingOptions options) =>
        new OptionChecks(ScalingOptions.Section)
            .Require(
                IPAddress.TryParse(options.Address, out _),
                nameof(options.Address),
                options.Address,
                "must be an IP address, for example 127.0.0.1 or 0.0.0.0")
            .Range(nameof(options.Port), options.Port ?? 0, 0, 65535, "(0 lets the system choose)")
            .Range(
                nameof(options.SecondsPerEncoder),
                options.SecondsPerEncoder,
                ScalerTarget.LeastSeconds,
                ScalerTarget.MostSeconds,
                "seconds")
            .Result;
}

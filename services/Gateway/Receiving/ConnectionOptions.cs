using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Receiving;

/// <summary>Limits on connections: section <c>Segmentation:Connections</c>.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Connections";

    /// <summary>Connections open at once, over all ports. Further ones are closed at once. Default 10,000.</summary>
    public int MaxOpen { get; set; } = 10_000;

    /// <summary>
    /// Connections of one address, except for <see cref="TrustedProxies"/>. Further ones are closed at once. Default
    /// 2,000.
    /// </summary>
    public int MaxOpenPerAddress { get; set; } = 2_000;

    /// <summary>
    /// Addresses and networks of proxies, whose connections are those of many clients and are not counted by
    /// address, separated by commas: <c>10.0.0.0/8, 192.0.2.7</c>. Default: none.
    /// </summary>
    public string TrustedProxies { get; set; } = "";
}

/// <summary>Checks <see cref="ConnectionOptions"/> at start.</summary>
internal sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ConnectionOptions options)
    {
        var checks = new OptionChecks(ConnectionOptions.Section)
            .Range(nameof(options.MaxOpen), options.MaxOpen, 1, 1_000_000)
            .Range(nameof(options.MaxOpenPerAddress), options.MaxOpenPerAddress, 1, 1_000_000);
        return checks.Require(
            AddressList.Parse(options.TrustedProxies) is not null,
            nameof(options.TrustedProxies),
            options.TrustedProxies,
            AddressList.Rule).Result;
    }
}

using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Checks <see cref="OperatorOptions"/> at start.</summary>
internal sealed class OperatorOptionsValidator : IValidateOptions<OperatorOptions>
{
    public ValidateOptionsResult Validate(string? name, OperatorOptions options) =>
        new OptionChecks(OperatorOptions.Section)
            .Require(
                IPAddress.TryParse(options.OperatorAddress, out _),
                nameof(options.OperatorAddress),
                options.OperatorAddress,
                "must be an IP address, for example 127.0.0.1 or 0.0.0.0")
            .Range(nameof(options.OperatorPort), options.OperatorPort ?? 0, 0, 65535, "(0 lets the system choose)")
            .Result;
}

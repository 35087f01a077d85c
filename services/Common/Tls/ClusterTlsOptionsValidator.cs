using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tls;

/// <summary>Checks <see cref="ClusterTlsOptions"/> at start.</summary>
internal sealed class ClusterTlsOptionsValidator(IConfiguration configuration) : IValidateOptions<ClusterTlsOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterTlsOptions options)
    {
        const string Together = "must be set together with the other two files of this section, or not at all";
        var isOn = options.CertificateFile.Length + options.KeyFile.Length + options.AuthoritiesFile.Length > 0;
        var checks = new OptionChecks(ClusterTlsOptions.Section)
            .Require(!isOn || options.CertificateFile.Length > 0, nameof(options.CertificateFile), "", Together)
            .Require(!isOn || options.KeyFile.Length > 0, nameof(options.KeyFile), "", Together)
            .Require(!isOn || options.AuthoritiesFile.Length > 0, nameof(options.AuthoritiesFile), "", Together)
            .Result;
        var id = ClusterId.Of(configuration);
        return checks.Succeeded && isOn && Uri.CheckHostName(id) != UriHostNameType.Dns
            ? ValidateOptionsResult.Fail($"{ClusterId.Key} is '{id}'; it must be a DNS name where "
                + $"{ClusterTlsOptions.Section} is set, since certificates carry it.")
            : checks;
    }
}

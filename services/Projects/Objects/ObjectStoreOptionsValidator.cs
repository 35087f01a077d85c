using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Objects;

/// <summary>Checks <see cref="ObjectStoreOptions"/> at start.</summary>
internal sealed class ObjectStoreOptionsValidator : IValidateOptions<ObjectStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, ObjectStoreOptions options) =>
        new OptionChecks(ObjectStoreOptions.Section)
            .Require(
                options.Bucket.Length == 0 || IsBucket(options.Bucket),
                nameof(options.Bucket),
                options.Bucket,
                "must be 3 to 63 of a-z, 0-9, '-' and '.'")
            .Require(
                options.Prefix.Length == 0
                    || (options.Prefix.EndsWith('/') && ObjectKeyCheck.IsValid(options.Prefix[..^1])),
                nameof(options.Prefix),
                options.Prefix,
                "must end with '/' and have the form of a key: letters, digits, '-', '_', '.' and '/'")
            .Require(
                IsAddress(options.Endpoint),
                nameof(options.Endpoint),
                options.Endpoint,
                "must be an http or https address")
            .Require(
                IsAddress(options.PresignEndpoint),
                nameof(options.PresignEndpoint),
                options.PresignEndpoint,
                "must be an http or https address")
            .Require(options.Region.Length > 0, nameof(options.Region), options.Region, "must name a region")
            .Require(
                options.SecretAccessKey.Length == 0 || options.SecretAccessKeyFile.Length == 0,
                nameof(options.SecretAccessKey),
                $"is set beside {nameof(options.SecretAccessKeyFile)}; set one of them")
            .Require(
                options.AccessKeyId.Length == 0
                    || options.SecretAccessKey.Length > 0
                    || options.SecretAccessKeyFile.Length > 0,
                nameof(options.AccessKeyId),
                $"needs {nameof(options.SecretAccessKey)} or {nameof(options.SecretAccessKeyFile)}")
            .Require(
                options.AccessKeyId.Length > 0
                    || (options.SecretAccessKey.Length == 0 && options.SecretAccessKeyFile.Length == 0),
                nameof(options.AccessKeyId),
                "must be set where a secret is")
            .Require(
                options.SecretAccessKeyFile.Length == 0 || File.Exists(options.SecretAccessKeyFile),
                nameof(options.SecretAccessKeyFile),
                options.SecretAccessKeyFile,
                "must be a file with the secret, which this program may read")
            .Range(nameof(options.Timeout), options.Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.Retries), options.Retries, 0, 20)
            .Result;

    private static bool IsBucket(string name) =>
        name.Length is >= 3 and <= 63
            && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.');

    private static bool IsAddress(string address) =>
        address.Length == 0
            || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
}

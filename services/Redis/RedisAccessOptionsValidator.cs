using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Redis;

/// <summary>Checks <see cref="RedisAccessOptions"/> at start.</summary>
internal sealed class RedisAccessOptionsValidator : IValidateOptions<RedisAccessOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisAccessOptions options) =>
        new OptionChecks(RedisAccessOptions.Section)
            .Require(
                options.PasswordFile.Length == 0 || PasswordFile.TryRead(options.PasswordFile, out _, out _),
                nameof(options.PasswordFile),
                options.PasswordFile,
                "must be a file with the password, which this program may read")
            .Result;
}

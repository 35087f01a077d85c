using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>
/// Checks <see cref="RedisOptions"/> at start. The connection string may hold a password: never repeated.
/// </summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, RedisOptions options) =>
        new OptionChecks(RedisOptions.Section)
            .Require(
                IsConnectionString(options.Cache),
                nameof(options.Cache),
                "must be a StackExchange.Redis connection string, for example redis:6379")
            .Range(nameof(options.Timeout), options.Timeout, _shortest, _longest)
            .Result;

    private static bool IsConnectionString(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

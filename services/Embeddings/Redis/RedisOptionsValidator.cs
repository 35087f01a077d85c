using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Segmentation.Embeddings.Redis;

/// <summary>Checks <see cref="RedisOptions"/> at start. The connection string may hold a password: never repeated.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var failures = new List<string>();
        if (!IsConnectionString(options.Cache))
        {
            failures.Add("Cache: must be a StackExchange.Redis connection string, for example redis:6379.");
        }

        if (options.Timeout < _shortest || options.Timeout > _longest)
        {
            failures.Add($"Timeout: {options.Timeout} must be between {_shortest} and {_longest}.");
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

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

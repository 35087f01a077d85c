namespace Segmentation.Embeddings.Redis;

/// <summary>Connection to the Redis that keeps embeddings; configuration section <see cref="Section"/>.</summary>
public sealed class RedisOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Redis";

    /// <summary>
    /// Connection string as StackExchange.Redis takes it, for example <c>redis:6379,password=...</c>. Redis 7, Valkey
    /// or Garnet; it may evict. Empty (the default): embeddings stay in the process that made them.
    /// </summary>
    public string Cache { get; set; } = "";

    /// <summary>Longest time of one command, after which the store counts as unavailable. Default: 1 second.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);
}

namespace Segmentation.Embeddings.Redis;

/// <summary>The Redis that embeddings are kept in; configuration section <see cref="SectionName"/>.</summary>
public sealed class RedisOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Segmentation:Redis";

    /// <summary>
    /// Connection string as StackExchange.Redis takes it, for example <c>redis:6379,password=...</c>. Redis 7, Valkey
    /// or Garnet; it may evict. Empty (the default): embeddings stay in the process that made them.
    /// </summary>
    public string Cache { get; set; } = "";

    /// <summary>How long one command may take before the store counts as unavailable. Default: 1 second.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);
}

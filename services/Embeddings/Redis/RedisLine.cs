namespace Segmentation.Embeddings.Redis;

/// <summary>Which connection a command takes.</summary>
internal enum RedisLine
{
    /// <summary>Small commands: behind megabytes of values their p99 is 30 ms, on a line of their own 6.</summary>
    Commands,

    /// <summary>Whole embeddings.</summary>
    Values,
}

namespace Segmentation.Embeddings.Redis;

/// <summary>What Redis answered, or that it did not.</summary>
/// <param name="IsAvailable">It answered in time.</param>
/// <param name="Value">The answer; default when there was none.</param>
internal readonly record struct RedisReply<T>(bool IsAvailable, T? Value);

namespace Segmentation.Embeddings.Storage;

/// <summary>Operations of the Redis store, as metrics and traces name them.</summary>
internal static class StoreOperation
{
    /// <summary>Reads an embedding's header.</summary>
    public const string GetInfo = "get_info";

    /// <summary>Reads an embedding.</summary>
    public const string Get = "get";

    /// <summary>Writes an embedding.</summary>
    public const string Put = "put";

    /// <summary>Removes an embedding.</summary>
    public const string Remove = "remove";

    /// <summary>Takes, extends or gives back the right to encode an image.</summary>
    public const string Lease = "lease";

    /// <summary>Asks whether it is there.</summary>
    public const string Ping = "ping";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [GetInfo, Get, Put, Remove, Lease, Ping];
}

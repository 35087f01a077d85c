using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Segmenting;

/// <summary>The models, asked through a gateway on behalf of a tenant, which is charged. Thread-safe.</summary>
internal interface IImageModel
{
    /// <summary>False where no gateway is named: then every other member throws FAILED_PRECONDITION.</summary>
    bool IsAvailable { get; }

    /// <summary>Finds everything in a picture, in the batch lane.</summary>
    /// <param name="tenant">Tenant that asks and pays.</param>
    /// <param name="file">The picture's file.</param>
    /// <param name="options">Options of the search.</param>
    /// <param name="model">Id of a model; empty: the tenant's default.</param>
    /// <param name="cancellationToken">Ends the search on all silos.</param>
    IAsyncEnumerable<SegmentEverythingResponse> EverythingAsync(
        string tenant,
        ReadOnlyMemory<byte> file,
        EverythingOptions options,
        string model,
        CancellationToken cancellationToken);

    /// <summary>Has a picture's embedding made, so that its first click is answered at once.</summary>
    Task EmbedAsync(string tenant, ReadOnlyMemory<byte> file, string model, CancellationToken cancellationToken);
}

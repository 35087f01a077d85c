using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Contract;

/// <summary>
/// What a door can have done for the caller of a request: the RPCs of <c>segmentation.v1</c>, with the same checks,
/// quotas and audit. All throw RpcException with a google.rpc.Status for the caller.
/// </summary>
public interface IDoorModel
{
    /// <summary>The caller's tenant: what a door keeps belongs to it.</summary>
    string Tenant { get; }

    /// <summary>Bytes of the largest image file that is taken.</summary>
    int MaxImageBytes { get; }

    /// <summary>The models, the caller's default first.</summary>
    Task<ListModelsResponse> ListModelsAsync(CancellationToken cancellationToken);

    /// <summary>Stores a picture's embedding, unless there is one. Needs the scope <c>upload</c>.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="model">The model; empty for the default.</param>
    /// <param name="cancellationToken">The caller left.</param>
    Task<Image> UploadAsync(ReadOnlyMemory<byte> file, string model, CancellationToken cancellationToken);

    /// <summary>An image's embedding. Needs the scope <c>read</c>.</summary>
    Task<Embedding> GetEmbeddingAsync(GetEmbeddingRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Masks of prompts on an image that is stored or sent along. Needs the scope <c>segment</c>. The answer's bytes are
    /// charged to the caller until the request is over.
    /// </summary>
    Task<SegmentResponse> SegmentAsync(SegmentRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// All masks of an image, the most reliable first. Needs the scope <c>everything</c>. The answer's bytes are charged
    /// to the caller until the request is over.
    /// </summary>
    /// <param name="request">The request; <c>provisional</c> is ignored.</param>
    /// <param name="cancellationToken">The caller left.</param>
    Task<EverythingFound> EverythingAsync(SegmentEverythingRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Charges bytes to the caller until the request is over: those of an answer in a form that is larger than the one
    /// above, such as pixels.
    /// </summary>
    /// <param name="bytes">How many; 0 charges nothing.</param>
    void ChargeAnswer(long bytes);
}

/// <summary>All masks of an image.</summary>
/// <param name="Image">The image.</param>
/// <param name="Masks">Its masks.</param>
public sealed record EverythingFound(Image Image, IReadOnlyList<FoundMask> Masks);

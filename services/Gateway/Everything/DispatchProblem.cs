namespace Segmentation.Gateway.Everything;

/// <summary>Why parts of a round were not done.</summary>
/// <param name="Status">For the client; null when no silo can get at the crop's embedding.</param>
internal sealed record DispatchProblem(RpcStatus? Status)
{
    /// <summary>No silo can get at the crop's embedding.</summary>
    public static DispatchProblem ImageNotFound { get; } = new((RpcStatus?)null);
}

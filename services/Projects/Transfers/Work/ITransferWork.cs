using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>Does transfers of one kind. Thread-safe.</summary>
internal interface ITransferWork
{
    /// <summary>The kind.</summary>
    TransferKind Kind { get; }

    /// <summary>
    /// Does a transfer, or goes on with one that another process began. What is done twice after a death has no effect.
    /// </summary>
    /// <param name="progress">The transfer, its counts and its items that are left out.</param>
    /// <param name="cancellationToken">Somebody cancelled, the claim was lost, or the process ends.</param>
    /// <exception cref="TransferFailedException">The transfer cannot be done, for a reason that a person can mend.</exception>
    /// <exception cref="IOException">The object store failed: the transfer is tried again.</exception>
    Task RunAsync(TransferProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes what a transfer needed, once the record says that the transfer is done. What remains after a failure
    /// expires.
    /// </summary>
    Task CleanUpAsync(TransferRow transfer, CancellationToken cancellationToken) => Task.CompletedTask;
}

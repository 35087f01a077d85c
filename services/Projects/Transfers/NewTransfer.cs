using Google.Protobuf;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers;

/// <summary>A transfer that is to be started.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="ProjectId">The project; of a restoration the new one.</param>
/// <param name="Tenant">Tenant.</param>
/// <param name="Creator">Subject who starts it.</param>
/// <param name="Format">Format.</param>
/// <param name="Request">The request, from which the work is done.</param>
/// <param name="RequestId">Id of the request, or null.</param>
internal sealed record NewTransfer(
    TransferKind Kind,
    Guid ProjectId,
    string Tenant,
    string Creator,
    string Format,
    IMessage Request,
    Guid? RequestId);

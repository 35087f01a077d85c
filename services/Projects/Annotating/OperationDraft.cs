using Segmentation.Masks.Geometry;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>An operation of a request, read and checked as far as that needs no database.</summary>
/// <param name="Id">Id of the operation, as the request has it.</param>
internal sealed record OperationDraft(string Id)
{
    /// <summary>Id of the operation.</summary>
    public Guid ClientId { get; init; }

    /// <summary>Kind of the change.</summary>
    public OperationKind Kind { get; init; }

    /// <summary>The annotation.</summary>
    public Guid AnnotationId { get; init; }

    /// <summary>The revision that the change was made on.</summary>
    public long BaseRevision { get; init; }

    /// <summary>New values of a create or an update.</summary>
    public Annotation? Values { get; init; }

    /// <summary>Run lengths of <see cref="Values"/> in canonical form, ASCII.</summary>
    public byte[] Counts { get; init; } = [];

    /// <summary>Box of the mask.</summary>
    public PixelBox Box { get; init; }

    /// <summary>Pixels of the mask.</summary>
    public long Area { get; init; }

    /// <summary>Time of the change by the client's clock.</summary>
    public DateTimeOffset? ClientTime { get; init; }

    /// <summary>Active milliseconds that the change took.</summary>
    public long ActiveMs { get; init; }

    /// <summary>Clicks that the change took.</summary>
    public int Clicks { get; init; }

    /// <summary>Refusal of an operation that is wrong whatever the database holds; null: none.</summary>
    public OperationOutcome? Refusal { get; init; }
}

using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Outcomes of operations.</summary>
/// <param name="Outcomes">One an operation, in their order.</param>
/// <param name="Revision">Revision of the picture afterwards.</param>
internal sealed record AnnotationWriteResult(IReadOnlyList<OperationOutcome> Outcomes, long Revision);

using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Exports;

/// <summary>Choice of pictures and annotations that an export takes out of a project.</summary>
/// <param name="ProjectId">The project.</param>
/// <param name="Filter">Filter of pictures.</param>
/// <param name="Labels">Labels whose annotations alone are taken; empty: all.</param>
/// <param name="WithProposals">True to take proposals, too.</param>
/// <param name="WithOrigin">
/// True to read points, crops and stability of each mask: they lie in a message that costs time to read.
/// </param>
/// <param name="LabelNames">Names of labels by id.</param>
internal sealed record ExportPlan(
    Guid ProjectId,
    PictureFilter Filter,
    IReadOnlyList<int> Labels,
    bool WithProposals,
    bool WithOrigin,
    IReadOnlyDictionary<int, string> LabelNames);

using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Operations on one picture, from a person, a run or an import.</summary>
internal sealed record AnnotationWrite
{
    /// <summary>The project.</summary>
    public required Guid ProjectId { get; init; }

    /// <summary>The picture.</summary>
    public required long Picture { get; init; }

    /// <summary>
    /// Job in which the work is done; 0: none. Annotations of replica and ground-truth jobs belong to the job, all
    /// others to the picture.
    /// </summary>
    public long Job { get; init; }

    /// <summary>Subject who is named as the author.</summary>
    public required string Author { get; init; }

    /// <summary>
    /// Window or program that holds the lease, or empty: refused while somebody else holds one. Null: leases are not
    /// asked for, for work that disturbs nobody (new proposals and annotations of runs and imports).
    /// </summary>
    public string? Holder { get; init; }

    /// <summary>
    /// The operations, in their order, each with a UUID: one that the project has already is the same operation. To be
    /// repeatable, a run or an import makes these UUIDs, and those of annotations, from its own id and the item.
    /// </summary>
    public required IReadOnlyList<Operation> Operations { get; init; }

    /// <summary>
    /// False: a picture that nobody has worked on is in progress afterwards. True: its state stays, for work that no
    /// person did.
    /// </summary>
    public bool KeepsState { get; init; }
}

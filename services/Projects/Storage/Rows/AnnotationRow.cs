using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Storage.Rows;

/// <summary>An annotation or a proposal, as it is now.</summary>
internal sealed class AnnotationRow
{
    /// <summary>Id, made by the client.</summary>
    public required Guid Id { get; set; }

    /// <summary>The project.</summary>
    public required Guid ProjectId { get; set; }

    /// <summary>The picture.</summary>
    public required long PictureId { get; set; }

    /// <summary>Replica or ground-truth job that it belongs to; 0: it belongs to the picture.</summary>
    public long JobId { get; set; }

    /// <summary>1 when created, one more with every change.</summary>
    public long Revision { get; set; }

    /// <summary>Label; 0: none.</summary>
    public int LabelId { get; set; }

    /// <summary>COCO run lengths in the compressed string form, ASCII; of the size of the upright picture.</summary>
    public required byte[] Counts { get; set; }

    /// <summary>Left edge of the box.</summary>
    public int BoxX { get; set; }

    /// <summary>Top edge of the box.</summary>
    public int BoxY { get; set; }

    /// <summary>Width of the box.</summary>
    public int BoxWidth { get; set; }

    /// <summary>Height of the box.</summary>
    public int BoxHeight { get; set; }

    /// <summary>Pixels of the mask.</summary>
    public long Area { get; set; }

    /// <summary>Place in the stack: greater lies above.</summary>
    public int Z { get; set; }

    /// <summary>Number of its group; 0: none.</summary>
    public int GroupNumber { get; set; }

    /// <summary>Attributes as a JSON object, or empty.</summary>
    public required string AttributesJson { get; set; }

    /// <summary>Annotation, proposal or rejected proposal.</summary>
    public AnnotationState State { get; set; }

    /// <summary>Belongs to a crowd.</summary>
    public bool Crowd { get; set; }

    /// <summary>Partly hidden.</summary>
    public bool Occluded { get; set; }

    /// <summary>Kind of its origin; a copy of the field in <see cref="Provenance"/>, for queries.</summary>
    public AnnotationSource Source { get; set; }

    /// <summary>The model's own estimate, or 0; a copy, for queries.</summary>
    public float PredictedIou { get; set; }

    /// <summary>Changed by hand; a copy, for queries.</summary>
    public bool Edited { get; set; }

    /// <summary>Run that made it, or 0; a copy, for queries.</summary>
    public long RunId { get; set; }

    /// <summary><c>Provenance</c> as a protocol buffer.</summary>
    public required byte[] Provenance { get; set; }

    /// <summary>Active milliseconds of all its operations.</summary>
    public long ActiveMs { get; set; }

    /// <summary>Clicks of all its operations.</summary>
    public int Clicks { get; set; }

    /// <summary>Last verdict.</summary>
    public VerdictKind Verdict { get; set; }

    /// <summary>Subject who created it.</summary>
    public required string Creator { get; set; }

    /// <summary>Subject who changed it last.</summary>
    public required string Editor { get; set; }

    /// <summary>Time of creation.</summary>
    public DateTimeOffset CreateTime { get; set; }

    /// <summary>Time of the last change.</summary>
    public DateTimeOffset UpdateTime { get; set; }

    /// <summary>Time of deletion; null: not deleted.</summary>
    public DateTimeOffset? DeleteTime { get; set; }
}

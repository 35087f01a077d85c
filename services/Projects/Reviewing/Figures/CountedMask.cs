using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Figures;

/// <summary>Facts of an annotation that figures are made of.</summary>
internal sealed record CountedMask
{
    /// <summary>The picture.</summary>
    public required long PictureId { get; init; }

    /// <summary>Kind of the origin.</summary>
    public required AnnotationSource Source { get; init; }

    /// <summary>Subject who created it.</summary>
    public required string Creator { get; init; }

    /// <summary>Subject who changed it last.</summary>
    public required string Editor { get; init; }

    /// <summary>Label; 0: none.</summary>
    public required int LabelId { get; init; }

    /// <summary>Time of creation.</summary>
    public required DateTimeOffset CreateTime { get; init; }

    /// <summary>Active milliseconds of all operations.</summary>
    public required long ActiveMs { get; init; }

    /// <summary>Clicks of all operations.</summary>
    public required int Clicks { get; init; }

    /// <summary>Changed by hand.</summary>
    public required bool Edited { get; init; }

    /// <summary>True for a mask whose making by a person was timed.</summary>
    public bool IsTimed => ActiveMs > 0 && Source is not (AnnotationSource.Automatic or AnnotationSource.Imported);

    /// <summary>
    /// Subject whose mask it is: who drew it; of a proposal who accepted it, and not who started the run.
    /// </summary>
    public string Person => Source == AnnotationSource.Proposed ? Editor : Creator;

    /// <summary>Stage of SA-1B's data engine, or <c>imported</c>.</summary>
    public string Stage => Source switch
    {
        AnnotationSource.Proposed => "semi-automatic",
        AnnotationSource.Automatic => "automatic",
        AnnotationSource.Imported => "imported",
        _ => "assisted",
    };
}

namespace Segmentation.Projects.Storage.Rows;

/// <summary>State of a picture in a run.</summary>
internal enum RunPictureState
{
    /// <summary>Not begun.</summary>
    Waiting = 1,

    /// <summary>Begun by its owner.</summary>
    Working = 2,

    /// <summary>Done: its masks are written.</summary>
    Done = 3,

    /// <summary>Failed, for its reason.</summary>
    Failed = 4,
}

namespace Segmentation.Projects.Storage.Rows;

/// <summary>Kind of a change.</summary>
internal enum OperationKind
{
    /// <summary>Created.</summary>
    Create = 1,

    /// <summary>Replaced.</summary>
    Update = 2,

    /// <summary>Deleted.</summary>
    Delete = 3,

    /// <summary>Restored.</summary>
    Undelete = 4,

    /// <summary>A proposal became an annotation.</summary>
    Accept = 5,

    /// <summary>A proposal was rejected.</summary>
    Reject = 6,

    /// <summary>A verdict changed it.</summary>
    Verdict = 7,
}

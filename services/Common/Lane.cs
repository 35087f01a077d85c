namespace Segmentation.Common;

/// <summary>Urgency of work: silos and encoders begin interactive work before batch work.</summary>
public enum Lane
{
    /// <summary>Somebody waits for the result.</summary>
    Interactive,

    /// <summary>Fills what interactive work leaves.</summary>
    Batch,
}

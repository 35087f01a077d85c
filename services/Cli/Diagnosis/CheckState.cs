namespace Segmentation.Cli.Diagnosis;

/// <summary>Outcome of a check.</summary>
internal enum CheckState
{
    /// <summary>All is as it should be, or is not needed.</summary>
    Ok,

    /// <summary>It works, or may work, but somebody should look.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,
}

namespace Segmentation.Gateway.Quotas;

/// <summary>Work to be charged, by kind. All of it is charged at once, or none.</summary>
/// <param name="Images">Images to encode.</param>
/// <param name="Prompts">Prompts to decode.</param>
/// <param name="Points">Grid points to decode.</param>
/// <param name="Crops">Crops to encode.</param>
/// <param name="ProjectReads">Calls that read a project.</param>
/// <param name="ProjectChanges">Calls that change a project.</param>
/// <param name="ProjectMegabytes">Megabytes (2^20 bytes) sent to a project.</param>
/// <param name="Model">Id of the model that does the work; null for none in particular.</param>
internal readonly record struct Work(
    int Images = 0,
    int Prompts = 0,
    long Points = 0,
    int Crops = 0,
    int ProjectReads = 0,
    int ProjectChanges = 0,
    int ProjectMegabytes = 0,
    string? Model = null)
{
    /// <summary>One image, by no model in particular.</summary>
    public static Work Image { get; } = new(Images: 1);

    /// <summary>One prompt, by no model in particular.</summary>
    public static Work Prompt { get; } = new(Prompts: 1);

    /// <summary>A call that reads a project.</summary>
    public static Work ProjectRead { get; } = new(ProjectReads: 1);

    /// <summary>A call that changes a project.</summary>
    public static Work ProjectChange { get; } = new(ProjectChanges: 1);

    /// <summary>A megabyte (2^20 bytes) sent to a project.</summary>
    public static Work ProjectMegabyte { get; } = new(ProjectMegabytes: 1);
}

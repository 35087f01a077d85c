using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary>Arguments of <c>segctl projects run</c>.</summary>
/// <param name="Project">Name or id of the project.</param>
/// <param name="Stage">Stage.</param>
/// <param name="Preset">Name of a preset; null: that of the stage.</param>
/// <param name="Label">Name of the masks' label; null: none.</param>
/// <param name="Wait">True to wait until the run ends.</param>
internal sealed record RunArguments(string Project, RunStage Stage, string? Preset, string? Label, bool Wait);

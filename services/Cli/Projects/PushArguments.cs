namespace Segmentation.Cli.Projects;

/// <summary>Arguments of <c>segctl projects push</c>.</summary>
/// <param name="Project">Name or id of the project.</param>
/// <param name="Path">A folder or a file.</param>
/// <param name="Format">Format of annotations; null: found out.</param>
/// <param name="AsProposals">True to take masks as proposals.</param>
/// <param name="Parallel">Pictures that are sent at a time.</param>
internal sealed record PushArguments(
    string Project, FileSystemInfo Path, string? Format, bool AsProposals, int Parallel);

namespace Segmentation.Cli.Projects;

/// <summary>Arguments of <c>segctl projects pull</c>.</summary>
/// <param name="Project">Name or id of the project.</param>
/// <param name="Format">Format.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="WithPictures">True to put the pictures into the archive.</param>
/// <param name="WithProposals">True to take proposals, too.</param>
/// <param name="Labels">Names of labels; empty: all.</param>
internal sealed record PullArguments(
    string Project,
    string Format,
    string Output,
    bool WithPictures,
    bool WithProposals,
    IReadOnlyList<string> Labels);

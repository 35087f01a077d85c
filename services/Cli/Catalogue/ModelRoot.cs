using System.CommandLine;
using Segmentation.Cli.Commands;
using Segmentation.Models;

namespace Segmentation.Cli.Catalogue;

/// <summary>The folder of a person's own models: an option, or what the environment says.</summary>
internal static class ModelRoot
{
    private const string Variable = "SEGMENTATION_MODELS";

    // The servers' own setting, in the form of an environment variable.
    private const string ServerVariable = "Segmentation__Model__Root";

    public static Option<string?> Option() => new("--root")
    {
        Description = $"Folder of models, which servers read as Segmentation:Model:Root. Default: {Variable}, "
            + $"then {ServerVariable}, of the environment.",
        HelpName = "folder",
    };

    /// <summary>Returns the folder; null where nothing names one.</summary>
    public static string? Find(string? option) =>
        new[]
            {
                option,
                Environment.GetEnvironmentVariable(Variable),
                Environment.GetEnvironmentVariable(ServerVariable),
            }
            .FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) is { } found
            ? Path.GetFullPath(found)
            : null;

    /// <summary>Returns the folder.</summary>
    /// <exception cref="CliException">Nothing names one.</exception>
    public static string Require(string? option) => Find(option) ?? throw new CliException(
        $"Name the folder of models: --root FOLDER, or set {Variable}. Servers read the same folder as "
        + "Segmentation:Model:Root.",
        CommandRunner.Usage);

    /// <summary>Opens the catalogue of the person's models and those that come with the program.</summary>
    /// <exception cref="CliException">The folder does not exist.</exception>
    public static ModelCatalog Catalog(string? option) => CatalogueErrors.Tell(() => ModelCatalog.With(Find(option)));
}

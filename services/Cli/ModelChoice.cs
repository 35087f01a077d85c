using System.CommandLine;
using Segmentation.Cli.Catalogue;
using Segmentation.Models;

namespace Segmentation.Cli;

/// <summary>The options <c>--model</c> and <c>--root</c> of commands that run a model, here or on a server.</summary>
internal sealed class ModelChoice
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = "Id of the model: with --server one of its models or a roll-out, otherwise one of this machine. Default: "
            + "the server's default, or the model that comes with the program.",
        HelpName = "id",
    };

    private readonly Option<string?> _root = ModelRoot.Option();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_root);
    }

    /// <summary>The name that was given; null for the default.</summary>
    public string? NameIn(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>Opens the model for this process.</summary>
    /// <exception cref="Commands.CliException">There is no such model, or its files are not usable.</exception>
    public ModelPackage Open(ParseResult parsed) => CatalogueErrors.Tell(
        () => ModelRoot.Catalog(parsed.GetValue(_root)).Open(NameIn(parsed) ?? ModelCatalog.DefaultModel));
}

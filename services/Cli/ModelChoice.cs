using System.CommandLine;
using Segmentation.Cli.Catalogue;
using Segmentation.Models;

namespace Segmentation.Cli;

/// <summary>The options <c>--model</c> and <c>--root</c> of commands that run a model, here or on a server.</summary>
/// <param name="comparison">Description of <c>--compare</c>; null: that of one picture's masks.</param>
internal sealed class ModelChoice(string? comparison = null)
{
    private readonly Option<string?> _model = new("--model")
    {
        Description = "Id of the model: with --server one of its models or a roll-out, otherwise one of this machine. Default: "
            + "the server's default, or the model that comes with the program.",
        HelpName = "id",
    };

    private readonly Option<string?> _root = ModelRoot.Option();

    private readonly Option<string?> _other = new("--compare")
    {
        Description = comparison ?? "Id of a second model: prints its masks, too, and the IoU with the first one's; --output "
            + "draws both side by side.",
        HelpName = "id",
    };

    /// <summary>The option <c>--compare</c>.</summary>
    public Option Other => _other;

    /// <summary>Adds the options to a command, and <c>--compare</c>.</summary>
    public void AddWithOtherTo(Command command)
    {
        AddTo(command);
        command.Options.Add(_other);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_root);
    }

    /// <summary>The name that was given; null for the default.</summary>
    public string? NameIn(ParseResult parsed) => parsed.GetValue(_model);

    /// <summary>The second model's name; null where none is compared.</summary>
    public string? OtherIn(ParseResult parsed) => parsed.GetValue(_other);

    /// <summary>Opens the model for this process.</summary>
    /// <exception cref="Commands.CliException">There is no such model, or its files are not usable.</exception>
    public ModelPackage Open(ParseResult parsed) => Open(parsed, NameIn(parsed) ?? ModelCatalog.DefaultModel);

    /// <summary>Opens the second model for this process; null where none is compared.</summary>
    /// <exception cref="Commands.CliException">There is no such model, or its files are not usable.</exception>
    public ModelPackage? OpenOther(ParseResult parsed) => OtherIn(parsed) is { } id ? Open(parsed, id) : null;

    private ModelPackage Open(ParseResult parsed, string id) =>
        CatalogueErrors.Tell(() => ModelRoot.Catalog(parsed.GetValue(_root)).Open(id));
}

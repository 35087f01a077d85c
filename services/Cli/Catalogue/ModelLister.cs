using Segmentation.Cli.Commands;
using Segmentation.Models;

namespace Segmentation.Cli.Catalogue;

/// <summary>Runs <c>segctl models list</c>, <c>show</c>, <c>verify</c> and <c>remove</c>.</summary>
internal static class ModelLister
{
    /// <summary>Lists all models, one a line; a damaged one says what is wrong.</summary>
    public static int List(string? root)
    {
        var catalog = ModelRoot.Catalog(root);
        var isWhole = true;
        foreach (var id in catalog.List())
        {
            try
            {
                var model = catalog.Open(id);
                Console.Out.WriteLine(
                    $"{id}  {ModelDescription.FamilyOf(model)}  {model.Manifest.Licence}  "
                    + $"{ModelDescription.SizeOf(model)}  {ModelDescription.PathOf(model)}  version {model.Manifest.Version}  sha256 {model.Digest}");
            }
            catch (ModelException error)
            {
                isWhole = false;
                Console.Out.WriteLine($"{id}  cannot be served: {error.Message}");
            }
        }

        return isWhole ? CommandRunner.Success : CommandRunner.Failure;
    }

    /// <summary>Prints a model's properties in words.</summary>
    public static int Show(string? root, string id) => CatalogueErrors.Tell(() =>
    {
        var model = ModelRoot.Catalog(root).Open(id);
        Console.Out.WriteLine(id);
        ModelDescription.Write(model, Console.Out);
        return CommandRunner.Success;
    });

    /// <summary>Compares all files of a model, or of all models, with their digests.</summary>
    public static int Verify(string? root, string? id, CancellationToken cancellationToken)
    {
        var catalog = ModelRoot.Catalog(root);
        var isWhole = true;
        foreach (var name in id is null ? catalog.List() : [id])
        {
            try
            {
                var model = catalog.Open(name);
                model.Verify(cancellationToken);
                Console.Out.WriteLine($"{name}  sha256 {model.Digest}  verified");
            }
            catch (ModelException error)
            {
                isWhole = false;
                Console.Error.WriteLine($"segctl: {error.Message}");
            }
        }

        return isWhole ? CommandRunner.Success : CommandRunner.Failure;
    }

    /// <summary>Removes a model that was added.</summary>
    public static int Remove(string? option, string id) => CatalogueErrors.Tell(() =>
    {
        var root = ModelRoot.Require(option);
        var own = new ModelCatalog(root);
        if (!own.List().Contains(id) && ModelCatalog.Default.List().Contains(id))
        {
            throw new CliException($"'{id}' comes with the program and cannot be removed; it need not be served.");
        }

        var folder = own.FolderOf(id);
        // Hidden first, so that a program that lists the models never sees half of one.
        var hidden = Path.Combine(root, $".removing-{id}-{Guid.NewGuid():n}");
        Directory.Move(folder, hidden);
        Directory.Delete(hidden, recursive: true);
        Console.Out.WriteLine(
            $"Removed '{id}' from {root}. Servers that have the model loaded keep it until they restart.");
        return CommandRunner.Success;
    });
}

using Segmentation.Cli.Catalogue;
using Segmentation.Cli.Commands;
using Segmentation.Models;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Models of this machine: their digests, and whether their files have them.</summary>
internal static class ModelChecks
{
    /// <summary>Opens and verifies all models.</summary>
    /// <param name="root">Folder of a person's own models; null: what the environment names, or none.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public static IEnumerable<Finding> Run(string? root, CancellationToken cancellationToken)
    {
        ModelCatalog catalog;
        Finding? missing = null;
        try
        {
            catalog = ModelRoot.Catalog(root);
        }
        catch (CliException error)
        {
            missing = Finding.Failed("models", error.Message, "Correct --root, or the variable of the environment that names it.");
            catalog = ModelCatalog.Default;
        }

        if (missing is not null)
        {
            yield return missing;
        }

        foreach (var id in catalog.List())
        {
            yield return Verify(catalog, id, cancellationToken);
        }

        if (!catalog.List().Contains(ModelCatalog.DefaultModel))
        {
            yield return Finding.Failed(
                $"model {ModelCatalog.DefaultModel}",
                "is not beside this program, which it comes with",
                "Build or install segctl again, with all its files.");
        }
    }

    /// <summary>Digests of the models that can be opened, by their ids.</summary>
    public static IReadOnlyDictionary<string, string> Digests(string? root)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var catalog = ModelRoot.Catalog(root);
            foreach (var id in catalog.List())
            {
                try
                {
                    digests[id] = catalog.Open(id).Digest;
                }
                catch (ModelException)
                {
                    // The checks of models say what is wrong with it.
                }
            }
        }
        catch (CliException)
        {
            // The same.
        }

        return digests;
    }

    private static Finding Verify(ModelCatalog catalog, string id, CancellationToken cancellationToken)
    {
        var name = $"model {id}";
        try
        {
            var model = catalog.Open(id);
            model.Verify(cancellationToken);
            return Finding.Ok(
                name, $"version {model.Manifest.Version}, {ModelDescription.SizeOf(model)}, sha256 {model.Digest}, verified");
        }
        catch (Exception error) when (error is ModelException or IOException or UnauthorizedAccessException)
        {
            return Finding.Failed(name, error.Message, "Restore the file, or add the model again: segctl models add.");
        }
    }
}

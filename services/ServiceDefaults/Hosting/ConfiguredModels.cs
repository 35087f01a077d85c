using Microsoft.Extensions.Configuration;
using Segmentation.Models;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The models to serve: section <c>Segmentation:Model</c>, keys <c>Id</c>, <c>Others</c> and <c>Root</c>.
/// </summary>
public static class ConfiguredModels
{
    /// <summary>Opens the models and checks their files.</summary>
    /// <param name="configuration">
    /// <c>Segmentation:Model:Id</c> (the default model; default: the one that comes along),
    /// <c>Segmentation:Model:Others</c> (ids of further models, separated by commas) and
    /// <c>Segmentation:Model:Root</c> (a folder of further models, as <c>segctl models add</c> fills it; the one that
    /// comes along is found in any case).
    /// </param>
    /// <exception cref="ModelException">There is no such model, or its files are not usable.</exception>
    public static ServedModels Open(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection("Segmentation:Model");
        var catalog = ModelCatalog.With(section["Root"]);
        var first = section["Id"] is { Length: > 0 } id ? id : ModelCatalog.DefaultModel;
        var others = (section["Others"] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        ModelPackage[] models = [.. others.Prepend(first).Distinct().Select(catalog.Open)];
        foreach (var model in models)
        {
            model.Verify();
        }

        return new ServedModels(models);
    }
}

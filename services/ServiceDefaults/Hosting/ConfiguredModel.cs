using Microsoft.Extensions.Configuration;
using Segmentation.Models;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>The model to serve: section <c>Segmentation:Model</c>, keys <c>Id</c> and <c>Root</c>.</summary>
public static class ConfiguredModel
{
    /// <summary>Opens the model and checks its files.</summary>
    /// <param name="configuration">
    /// <c>Segmentation:Model:Id</c> (default: the one that comes along) and <c>Segmentation:Model:Root</c> (the folder
    /// of models; default: beside this program).
    /// </param>
    /// <exception cref="ModelException">There is no such model, or its files are not usable.</exception>
    public static ModelPackage Open(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection("Segmentation:Model");
        var catalog = section["Root"] is { Length: > 0 } root ? new ModelCatalog(root) : ModelCatalog.Default;
        var package = catalog.Open(section["Id"] is { Length: > 0 } id ? id : ModelCatalog.DefaultModel);
        package.Verify();
        return package;
    }
}

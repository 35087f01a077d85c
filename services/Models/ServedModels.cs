using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Models;

/// <summary>Models that a process serves, by id and by digest. Immutable and safe to share.</summary>
public sealed class ServedModels
{
    private readonly Dictionary<string, ModelPackage> _byId;
    private readonly Dictionary<string, ModelPackage> _byDigest = [];

    /// <param name="models">At least one model, the default one first; no two have the same id.</param>
    /// <exception cref="ArgumentException">There is none, or two have one id.</exception>
    public ServedModels(params IReadOnlyList<ModelPackage> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentOutOfRangeException.ThrowIfZero(models.Count, nameof(models));
        All = models;
        _byId = models.ToDictionary(model => model.Id, StringComparer.Ordinal);
        foreach (var model in models)
        {
            _byDigest.TryAdd(model.Digest, model);
        }
    }

    /// <summary>All models, the default one first.</summary>
    public IReadOnlyList<ModelPackage> All { get; }

    /// <summary>The model of requests that name none.</summary>
    public ModelPackage Default => All[0];

    /// <summary>Finds a model by its id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="model">The model.</param>
    public bool TryGet(string id, [NotNullWhen(true)] out ModelPackage? model) => _byId.TryGetValue(id, out model);

    /// <summary>Finds the model that made an embedding; null when it is not served here.</summary>
    /// <param name="digest">Digest in the embedding's key.</param>
    /// <param name="preprocessing">Version of the image transform in the embedding's key.</param>
    public ModelPackage? Find(string digest, string preprocessing) =>
        _byDigest.TryGetValue(digest, out var model) && model.PreprocessingVersion == preprocessing ? model : null;
}

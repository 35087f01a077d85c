using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Samgeo;

/// <summary>
/// Names of models: clients know versions and ids of published weights, which the operator gives a meaning, and the ids of
/// this server's models.
/// </summary>
internal static class SamgeoModels
{
    private const string DefaultVersion = "sam3";

    private static readonly string[] _versions = ["sam", "sam2", DefaultVersion];

    private static readonly HashSet<string> _published =
    [
        "vit_h", "vit_l", "vit_b", "sam2-hiera-tiny", "sam2-hiera-small", "sam2-hiera-base-plus", "sam2-hiera-large",
        "facebook/sam3", "facebook/sam3.1",
    ];

    /// <summary>The model of a request; empty for the caller's default.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an unknown version.</exception>
    public static string Of(SamgeoForm form, SamgeoOptions options)
    {
        var version = form.Text("model_version") ?? DefaultVersion;
        if (!_versions.Contains(version, StringComparer.Ordinal))
        {
            throw DoorProblem.Invalid(
                "model_version", $"{DoorText.Quote(version)}: one of {string.Join(", ", _versions)} is needed.");
        }

        var id = form.Text("model_id");
        return id is null ? OfVersion(version, options)
            : options.Versions.GetValueOrDefault(id) ?? (_published.Contains(id) ? OfVersion(version, options) : id);
    }

    /// <summary>
    /// The catalogue: this server's models under every version, so that they can be chosen whichever is shown.
    /// </summary>
    public static object Catalogue(IReadOnlyCollection<Model> models)
    {
        var ids = models.Select(model => model.Id).ToArray();
        return new { models = _versions.ToDictionary(version => version, _ => ids), loaded = Loaded(ids) };
    }

    /// <summary>Answer to <c>DELETE /models</c>: the models are everybody's, and stay.</summary>
    public static object Kept(IReadOnlyCollection<Model> models) =>
        new { status = "kept", loaded = Loaded(models.Select(model => model.Id)) };

    /// <summary>Loaded models: version, id, and further arguments, of which there are none.</summary>
    private static object[][] Loaded(IEnumerable<string> ids) =>
        [.. ids.Select(id => new object[] { DefaultVersion, id, Array.Empty<object>() })];

    private static string OfVersion(string version, SamgeoOptions options) =>
        options.Versions.GetValueOrDefault(version) ?? options.Model;
}

using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Targets;

namespace Segmentation.Fuzz;

/// <summary>All targets by name.</summary>
internal static class FuzzTargets
{
    private static readonly (string Name, Func<IFuzzTarget> Create)[] _all =
    [
        ("containers", () => new ContainerTarget()),
        ("images", () => new ImageTarget()),
        ("counts", () => new CountsTarget()),
        ("polygons", () => new PolygonTarget()),
        ("logits", () => new LogitsTarget()),
        ("embeddings", () => new EmbeddingTarget()),
    ];

    /// <summary>The names, in the order in which targets run.</summary>
    public static IEnumerable<string> Names => _all.Select(target => target.Name);

    /// <summary>Makes a target.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IFuzzTarget Create(string name) => _all.First(target => target.Name == name).Create();
}

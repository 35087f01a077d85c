using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Targets;

namespace Segmentation.Fuzz;

/// <summary>All targets by name.</summary>
internal static class FuzzTargets
{
    private static readonly (string Name, Func<IFuzzTarget> Create)[] _all =
    [
        ("containers", () => new ContainerTarget()),
        ("geotiff", () => new GeoTiffTarget()),
        ("images", () => new ImageTarget()),
        ("counts", () => new CountsTarget()),
        ("polygons", () => new PolygonTarget()),
        ("logits", () => new LogitsTarget()),
        ("embeddings", () => new EmbeddingTarget()),
        ("wire", () => new WireTarget()),
        ("json", () => new JsonTarget()),
        ("datasets", () => new DatasetTarget()),
        ("requests", () => new RequestTarget()),
        ("texts", () => new TextTarget()),
        ("sessions", () => new SessionTarget()),
        ("websockets", () => new WebSocketTarget()),
        ("bodies", () => new BodyTarget()),
        ("multipart", () => new MultipartTarget()),
        ("http", () => new HttpTarget()),
        ("http2", () => new Http2Target()),
    ];

    /// <summary>The names, in the order in which targets run.</summary>
    public static IEnumerable<string> Names => _all.Select(target => target.Name);

    /// <summary>Makes a target.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IFuzzTarget Create(string name) => _all.First(target => target.Name == name).Create();
}

using Segmentation.Models.Layouts;

namespace Segmentation.Models;

/// <summary>
/// The published decoder of a model whose weights were read from it: does not serve, but stays beside for comparisons.
/// </summary>
/// <param name="Graph">The file.</param>
/// <param name="Layout">Its layout, with all ports.</param>
public sealed record KeptDecoder(GraphFile Graph, DecoderLayout Layout);

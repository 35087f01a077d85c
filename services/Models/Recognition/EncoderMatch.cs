using Segmentation.Models.Layouts;

namespace Segmentation.Models.Recognition;

/// <summary>A graph that is an encoder.</summary>
/// <param name="Graph">Its header.</param>
/// <param name="Layout">
/// Its layout; a size of <see cref="TensorRole.Intermediate"/> that the file leaves free is 0.
/// </param>
/// <param name="HasPositional">True if it gives Hugging Face's positional encoding too.</param>
internal sealed record EncoderMatch(GraphHeader Graph, EncoderLayout Layout, bool HasPositional)
{
    /// <summary>True if it gives a tensor.</summary>
    public bool Has(TensorRole role) => Layout.Tensors.Any(tensor => tensor.Role == role);
}

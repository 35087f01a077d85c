using Segmentation.Masks;

namespace Segmentation.Evaluation.Data;

/// <summary>A true mask.</summary>
/// <param name="Id">Its id in the data; empty: none.</param>
/// <param name="Label">Name of its label; empty: none.</param>
/// <param name="Mask">The mask, at least one pixel.</param>
public sealed record TrueMask(string Id, string Label, RunLengths Mask);

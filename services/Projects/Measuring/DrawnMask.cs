using Segmentation.Masks;

namespace Segmentation.Projects.Measuring;

/// <summary>A mask that somebody drew, for comparison.</summary>
/// <param name="Subject">Subject who drew it.</param>
/// <param name="Label">Label; 0: none.</param>
/// <param name="Mask">The mask.</param>
internal sealed record DrawnMask(string Subject, int Label, RunLengths Mask);

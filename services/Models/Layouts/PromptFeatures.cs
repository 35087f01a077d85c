namespace Segmentation.Models.Layouts;

/// <summary>The properties of a prompt on which it depends whether a model can take it.</summary>
/// <param name="Points">Number of points, foreground and background.</param>
/// <param name="HasBackground">True if one of them is a background point.</param>
/// <param name="HasBox">True if there is a box.</param>
/// <param name="HasMask">True if there is a mask: logits, or the id of an earlier mask.</param>
public readonly record struct PromptFeatures(int Points, bool HasBackground, bool HasBox, bool HasMask);

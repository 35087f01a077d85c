namespace Segmentation.Masks.Everything;

/// <summary>One option that cannot be used.</summary>
/// <param name="Name">The option, as the reference names it: <c>points_per_side</c>.</param>
/// <param name="Message">For the user: the option, its value, and the values allowed.</param>
public sealed record InvalidOption(string Name, string Message);

namespace Segmentation.Cli.Everything;

/// <summary>The head of a picture's result.</summary>
/// <param name="Segctl">What the result was made by, and of which bytes.</param>
internal sealed record ResultInfo(ResultOrigin Segctl);

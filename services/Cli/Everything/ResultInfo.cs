namespace Segmentation.Cli.Everything;

/// <summary>What a picture's result says of itself, before all else.</summary>
/// <param name="Segctl">What the result was made by, and of which bytes.</param>
internal sealed record ResultInfo(ResultOrigin Segctl);

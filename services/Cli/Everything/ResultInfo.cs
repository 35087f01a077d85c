namespace Segmentation.Cli.Everything;

/// <summary>The head of a picture's result.</summary>
/// <param name="Segctl">Origin of the result: program, image, model and options.</param>
internal sealed record ResultInfo(ResultOrigin Segctl);

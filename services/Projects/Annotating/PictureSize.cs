namespace Segmentation.Projects.Annotating;

/// <summary>A picture, as far as reading what is drawn on it needs it.</summary>
/// <param name="Id">The picture.</param>
/// <param name="Width">Width of the upright picture in pixels.</param>
/// <param name="Height">Height of the upright picture in pixels.</param>
/// <param name="Revision">Its revision when it was read.</param>
internal sealed record PictureSize(long Id, int Width, int Height, long Revision);

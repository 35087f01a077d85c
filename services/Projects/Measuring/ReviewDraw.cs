using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Measuring;

/// <summary>Draws the finished pictures that go to review, by the share in the project's settings.</summary>
internal static class ReviewDraw
{
    /// <summary>
    /// State of a picture whose annotator is done: <see cref="PictureState.Done"/> where it waits for a reviewer;
    /// <see cref="PictureState.Accepted"/> where the project reviews a share and the picture is not drawn. The draw
    /// depends on the project's seed and the picture alone, so that nobody escapes it by finishing again.
    /// </summary>
    /// <param name="settings">The project's settings.</param>
    /// <param name="picture">The picture.</param>
    public static PictureState StateOfFinished(ProjectSettings settings, long picture)
    {
        const double Range = 1.0 / (1UL << 53);
        return settings.ReviewShare > 0
            && (SplitMix.Hash(settings.PictureSeed, picture) >> 11) * Range >= settings.ReviewShare
                ? PictureState.Accepted
                : PictureState.Done;
    }
}

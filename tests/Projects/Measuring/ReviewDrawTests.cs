using Segmentation.Projects.Measuring;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Measuring;

public sealed class ReviewDrawTests
{
    [Fact]
    public void StateOfFinished_NoShare_EveryPictureWaitsForAReviewer() => Assert.All(
        Enumerable.Range(1, 100),
        picture => Assert.Equal(PictureState.Done, ReviewDraw.StateOfFinished(new ProjectSettings(), picture)));

    [Fact]
    public void StateOfFinished_AllAreReviewed_EveryPictureWaitsForAReviewer() => Assert.All(
        Enumerable.Range(1, 100),
        picture => Assert.Equal(
            PictureState.Done, ReviewDraw.StateOfFinished(new ProjectSettings { ReviewShare = 1 }, picture)));

    [Fact]
    public void StateOfFinished_OneInTen_AboutOneInTenWaits()
    {
        var settings = new ProjectSettings { ReviewShare = 0.1, PictureSeed = 3 };

        var waiting = Enumerable.Range(1, 10_000)
            .Count(picture => ReviewDraw.StateOfFinished(settings, picture) == PictureState.Done);

        // 1000 on average, with a standard deviation of 30.
        Assert.InRange(waiting, 850, 1150);
    }
}

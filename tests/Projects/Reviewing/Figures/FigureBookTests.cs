using Segmentation.Projects.Reviewing.Figures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Reviewing.Figures;

public sealed class FigureBookTests
{
    private static readonly DateTimeOffset _day = new(2026, 11, 30, 23, 59, 59, TimeSpan.Zero);
    private static readonly CountedMask _drawn = new()
    {
        PictureId = 1,
        Source = AnnotationSource.Assisted,
        Creator = "ann",
        Editor = "bob",
        LabelId = 1,
        CreateTime = _day,
        ActiveMs = 4500,
        Clicks = 3,
        Edited = false,
    };

    [Fact]
    public void ToMessage_MasksOfTwoPeopleAndAModel_FiguresByHand()
    {
        var book = new FigureBook(new Dictionary<int, string> { [1] = "cell" });
        book.Add(_drawn);
        book.Add(_drawn with { ActiveMs = 90_000, Clicks = 1, Edited = true });
        book.Add(_drawn with
        {
            PictureId = 2,
            Source = AnnotationSource.Proposed,
            Creator = "run",
            ActiveMs = 500,
            Clicks = 0,
        });
        book.Add(_drawn with
        {
            PictureId = 3,
            Source = AnnotationSource.Automatic,
            Creator = "run",
            ActiveMs = 0,
            LabelId = 9,
        });
        var figures = book.ToMessage();

        Assert.Equal((4, 3, 3), (figures.Total.MaskCount, figures.Total.PictureCount, figures.Total.TimedCount));
        Assert.Equal((4.5 + 90 + 0.5) / 3, figures.Total.SecondsPerMask, 12);
        Assert.Equal(4 / 3.0, figures.Total.ClicksPerMask, 12);
        Assert.Equal(1 / 3.0, figures.Total.EditedShare, 12);
        Assert.Equal([("ann", 2L), ("bob", 1L), ("run", 1L)], figures.People.Select(row => (row.Name, row.MaskCount)));
        Assert.Equal(
            [("assisted", 2L), ("automatic", 1L), ("semi-automatic", 1L)],
            figures.Stages.Select(row => (row.Name, row.MaskCount)));
        Assert.Equal([("cell", 3L), ("", 1L)], figures.Labels.Select(row => (row.Name, row.MaskCount)));
        Assert.Equal("2026-11-30", Assert.Single(figures.Days).Name);
        Assert.Equal((1, 1, 1), (figures.SecondsPerMask[0], figures.SecondsPerMask[4], figures.SecondsPerMask[60]));
    }

    [Fact]
    public void ToMessage_DecisionsAndVerdicts_SharesByHand()
    {
        var book = new FigureBook(new Dictionary<int, string>());
        book.AddDecision("ann", _day, 0, isAccepted: true);
        book.AddDecision("ann", _day, 0, isAccepted: true);
        book.AddDecision("bob", _day.AddSeconds(1), 0, isAccepted: false);
        book.AddVerdict(_drawn, _day, VerdictKind.Unsatisfactory);
        book.AddPictures(0, 5);
        book.AddPictures(700, 2);
        var figures = book.ToMessage();

        Assert.Equal((3, 2 / 3.0), (figures.Total.DecidedCount, figures.Total.AcceptedShare));
        Assert.Equal(["2026-11-30", "2026-12-01"], figures.Days.Select(row => row.Name));
        Assert.Equal(1, figures.People.First(row => row.Name == "ann").UnsatisfactoryCount);
        Assert.Equal((5, 2), (figures.MasksPerPicture[0], figures.MasksPerPicture[200]));
    }
}

using Segmentation.Projects.Measuring;
using static Segmentation.Projects.Tests.Measuring.MaskMatchingTests;

namespace Segmentation.Projects.Tests.Measuring;

public sealed class AgreementTallyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Add_OnePersonFoundAnObjectMore_FiguresByHand()
    {
        var agreement = new AgreementTally(0.5);
        DrawnMask[] ann = [new("ann", 1, Columns(0, 4)), new("ann", 2, Columns(5, 10))];
        DrawnMask[] bob = [new("bob", 1, Columns(0, 5))];

        var ofPicture = agreement.Add(7, [ann, bob], Stop);
        var report = agreement.ToReport(Stop);

        // One pair with IoU 4/5 and three masks.
        Assert.Equal(2 * 0.8 / 3, ofPicture, 12);
        Assert.Equal(0.8, report.MeanIou, 12);
        Assert.Equal(2 / 3.0, report.Matched.Value, 12);
        Assert.Equal(1, report.SameLabel.Value);
        Assert.Equal(7, Assert.Single(report.Worst).Picture);
        var (first, second) = (report.People[0], report.People[1]);
        Assert.Equal(("ann", 2, 0.5, 1.0), (first.Subject, first.MaskCount, first.Precision, first.Recall));
        Assert.Equal(("bob", 1, 1.0, 0.5), (second.Subject, second.MaskCount, second.Precision, second.Recall));
    }

    [Fact]
    public void Add_NobodyDrewAnything_AgreementIsOne() =>
        Assert.Equal(1, new AgreementTally(0.5).Add(1, [[], []], Stop));

    [Fact]
    public void Add_ThreeReplicas_MeanOverAllPairs()
    {
        var agreement = new AgreementTally(0.5);
        DrawnMask Of(string who, int to) => new(who, 0, Columns(0, to));

        var ofPicture = agreement.Add(1, [[Of("a", 10)], [Of("b", 10)], [Of("c", 5)]], Stop);

        Assert.Equal((1 + 0.5 + 0.5) / 3, ofPicture, 12);
        Assert.Equal(1, agreement.ToReport(Stop).Matched.Value);
    }

    [Fact]
    public void AddTruth_SharedBetweenPeople_EachIsMeasuredByItsOwnMasks()
    {
        var agreement = new AgreementTally(0.5);
        DrawnMask[] truth = [new("", 1, Columns(0, 5)), new("", 1, Columns(5, 10))];
        DrawnMask[] drawn = [new("ann", 1, Columns(0, 5)), new("bob", 2, Columns(5, 10)), new("bob", 1, Columns(4, 6))];

        agreement.AddTruth(3, truth, drawn, Stop);
        var report = agreement.ToReport(Stop);

        Assert.Equal((1.0, 0.5), (report.People[0].Precision, report.People[0].Recall));
        Assert.Equal((0.5, 0.5), (report.People[1].Precision, report.People[1].Recall));
        Assert.Equal(0.5, report.SameLabel.Value);
        Assert.Equal(4 / 5.0, report.Matched.Value, 12);
    }
}

using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Measuring;

/// <summary>Counts one person's masks and their partners.</summary>
/// <param name="subject">The person.</param>
internal sealed class PersonTally(string subject)
{
    private int _masks;
    private int _compared;
    private int _partners;
    private int _others;
    private double _ious;

    /// <summary>Counts masks of the person, once a picture.</summary>
    public void Drew(int masks) => _masks += masks;

    /// <summary>Counts a comparison with somebody else's masks of a picture.</summary>
    /// <param name="own">Masks of the person.</param>
    /// <param name="others">Masks of the other.</param>
    /// <param name="pairs">Pairs of them.</param>
    public void Compared(int own, int others, IReadOnlyList<MatchedPair> pairs)
    {
        _compared += own;
        _others += others;
        _partners += pairs.Count;
        _ious += pairs.Sum(pair => pair.IoU);
    }

    /// <summary>The figures.</summary>
    public PersonAgreement ToMessage() => new()
    {
        Subject = subject,
        MaskCount = _masks,
        Precision = Share(_partners, _compared),
        Recall = Share(_partners, _others),
        MeanIou = Share(_ious, _partners),
    };

    private static double Share(double part, int whole) => whole == 0 ? 0 : part / whole;
}

using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Figures;

/// <summary>Counts one row of figures. Masks come in the order of their pictures.</summary>
/// <param name="name">Name of the row.</param>
internal sealed class FigureTally(string name)
{
    private long _masks;
    private long _pictures;
    private long _lastPicture;
    private long _timed;
    private long _activeMs;
    private long _clicks;
    private long _edited;
    private long _accepted;
    private long _rejectedProposals;
    private long _satisfactory;
    private long _unsatisfactory;
    private long _rejected;

    /// <summary>Counts a mask.</summary>
    /// <param name="mask">The mask; its picture is that of the mask before, or one that did not come yet.</param>
    public void Add(CountedMask mask)
    {
        _masks++;
        if (_lastPicture != mask.PictureId)
        {
            _lastPicture = mask.PictureId;
            _pictures++;
        }

        if (mask.IsTimed)
        {
            _timed++;
            _activeMs += mask.ActiveMs;
            _clicks += mask.Clicks;
            _edited += mask.Edited ? 1 : 0;
        }
    }

    /// <summary>Counts a proposal that a person decided on.</summary>
    public void AddDecision(bool isAccepted) => _ = isAccepted ? _accepted++ : _rejectedProposals++;

    /// <summary>Counts a verdict.</summary>
    public void AddVerdict(VerdictKind kind) => _ = kind switch
    {
        VerdictKind.Satisfactory => _satisfactory++,
        VerdictKind.Unsatisfactory => _unsatisfactory++,
        VerdictKind.Rejected => _rejected++,
        _ => 0,
    };

    /// <summary>The figures.</summary>
    public FigureRow ToMessage()
    {
        var decided = _accepted + _rejectedProposals;
        return new()
        {
            Name = name,
            MaskCount = _masks,
            PictureCount = _pictures,
            TimedCount = _timed,
            SecondsPerMask = Mean(_activeMs / 1000.0, _timed),
            ClicksPerMask = Mean(_clicks, _timed),
            EditedShare = Mean(_edited, _timed),
            DecidedCount = decided,
            AcceptedShare = Mean(_accepted, decided),
            SatisfactoryCount = _satisfactory,
            UnsatisfactoryCount = _unsatisfactory,
            RejectedCount = _rejected,
        };
    }

    private static double Mean(double sum, long count) => count == 0 ? 0 : sum / count;
}

using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Measuring;

/// <summary>Collects comparisons of what people drew on the same pictures.</summary>
/// <param name="least">Least IoU of two masks of the same object.</param>
internal sealed class AgreementTally(double least)
{
    private const int Worst = 50;

    private readonly List<(long Hits, long Trials)> _matched = [];
    private readonly List<(long Hits, long Trials)> _sameLabel = [];
    private readonly SortedDictionary<string, PersonTally> _people = new(StringComparer.Ordinal);
    private readonly List<PictureAgreement> _pictures = [];
    private double _ious;
    private long _pairs;

    /// <summary>
    /// Agreement of two people on one picture: the mean over all masks of the IoU with the partner, 0 without one; 1 if
    /// neither drew anything.
    /// </summary>
    public static double Of(int first, int second, IReadOnlyList<MatchedPair> pairs) =>
        first + second == 0 ? 1 : 2 * pairs.Sum(pair => pair.IoU) / (first + second);

    /// <summary>Compares everybody with everybody on one picture, as replicas are.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="replicas">The masks of each replica, at least two.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Agreement on the picture, 0 to 1.</returns>
    public double Add(
        long picture, IReadOnlyList<IReadOnlyList<DrawnMask>> replicas, CancellationToken cancellationToken)
    {
        double sum = 0;
        var comparisons = 0;
        long matched = 0, masks = 0, same = 0, pairs = 0;
        foreach (var replica in replicas)
        {
            Count(replica);
        }

        for (var i = 0; i < replicas.Count; i++)
        {
            for (var j = i + 1; j < replicas.Count; j++)
            {
                var found = Compare(replicas[i], replicas[j], cancellationToken);
                sum += Of(replicas[i].Count, replicas[j].Count, found);
                comparisons++;
                matched += 2 * found.Count;
                masks += replicas[i].Count + replicas[j].Count;
                same += Same(replicas[i], replicas[j], found);
                pairs += found.Count;
                ComparePeople(replicas[i], replicas[j], found);
            }
        }

        return Close(picture, sum / comparisons, (matched, masks), (same, pairs));
    }

    /// <summary>Compares a picture with its ground truth.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="truth">The truth.</param>
    /// <param name="drawn">What people drew.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Agreement on the picture, 0 to 1.</returns>
    public double AddTruth(
        long picture,
        IReadOnlyList<DrawnMask> truth,
        IReadOnlyList<DrawnMask> drawn,
        CancellationToken cancellationToken)
    {
        Count(drawn);
        var found = Compare(drawn, truth, cancellationToken);
        foreach (var person in drawn.GroupBy(mask => mask.Subject))
        {
            var own = found.Where(pair => drawn[pair.First].Subject == person.Key).ToArray();
            Tally(person.Key).Compared(person.Count(), truth.Count, own);
        }

        return Close(
            picture,
            Of(drawn.Count, truth.Count, found),
            (2 * found.Count, drawn.Count + truth.Count),
            (Same(drawn, truth, found), found.Count));
    }

    /// <summary>The report.</summary>
    public AgreementReport ToReport(CancellationToken cancellationToken = default) => new()
    {
        PictureCount = _pictures.Count,
        MeanIou = _pairs == 0 ? 0 : _ious / _pairs,
        Matched = Bootstrap.Share(_matched, cancellationToken),
        SameLabel = Bootstrap.Share(_sameLabel, cancellationToken),
        People = { _people.Values.Select(person => person.ToMessage()) },
        Worst = { _pictures.OrderBy(one => one.Agreement).ThenBy(one => one.Picture).Take(Worst) },
    };

    private static long Same(
        IReadOnlyList<DrawnMask> first, IReadOnlyList<DrawnMask> second, IEnumerable<MatchedPair> pairs) =>
        pairs.LongCount(pair => first[pair.First].Label == second[pair.Second].Label);

    private static IEnumerable<string> People(IEnumerable<DrawnMask> masks) =>
        masks.Select(mask => mask.Subject).Distinct(StringComparer.Ordinal);

    private IReadOnlyList<MatchedPair> Compare(
        IReadOnlyList<DrawnMask> first, IReadOnlyList<DrawnMask> second, CancellationToken cancellationToken)
    {
        var pairs = MaskMatching.Match(
            [.. first.Select(mask => mask.Mask)], [.. second.Select(mask => mask.Mask)], least, cancellationToken);
        _pairs += pairs.Count;
        _ious += pairs.Sum(pair => pair.IoU);
        return pairs;
    }

    private void ComparePeople(
        IReadOnlyList<DrawnMask> first, IReadOnlyList<DrawnMask> second, IReadOnlyList<MatchedPair> pairs)
    {
        foreach (var person in People(first))
        {
            var own = pairs.Where(pair => first[pair.First].Subject == person).ToArray();
            Tally(person).Compared(first.Count(mask => mask.Subject == person), second.Count, own);
        }

        foreach (var person in People(second))
        {
            var own = pairs.Where(pair => second[pair.Second].Subject == person).ToArray();
            Tally(person).Compared(second.Count(mask => mask.Subject == person), first.Count, own);
        }
    }

    private void Count(IReadOnlyList<DrawnMask> masks)
    {
        foreach (var person in masks.GroupBy(mask => mask.Subject))
        {
            Tally(person.Key).Drew(person.Count());
        }
    }

    private PersonTally Tally(string subject)
    {
        if (!_people.TryGetValue(subject, out var tally))
        {
            _people.Add(subject, tally = new PersonTally(subject));
        }

        return tally;
    }

    private double Close(long picture, double agreement, (long, long) matched, (long Hits, long Trials) sameLabel)
    {
        _matched.Add(matched);
        _sameLabel.Add(sameLabel);
        _pictures.Add(new PictureAgreement { Picture = picture, Agreement = agreement });
        return agreement;
    }
}

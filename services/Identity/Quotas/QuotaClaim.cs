namespace Segmentation.Identity.Quotas;

/// <summary>Units that a gateway settles with the shared bucket at a time.</summary>
/// <param name="Spent">
/// Units that were spent already: they are taken even if the bucket then holds less than nothing. Below 0: units that
/// were taken before and are given back.
/// </param>
/// <param name="Wanted">Further units, of which as many are given as there are; 0 or more.</param>
/// <param name="Used">
/// Units of work done since the last settlement, for the account of the day. Below 0: work was given back.
/// </param>
public readonly record struct QuotaClaim(double Spent, double Wanted, double Used)
{
    /// <summary>True when there is nothing to settle.</summary>
    public bool IsEmpty => this == default;
}

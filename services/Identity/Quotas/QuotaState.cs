namespace Segmentation.Identity.Quotas;

/// <summary>An account's units at one moment.</summary>
/// <param name="Available">Units that may be spent at once; 0 to the burst.</param>
/// <param name="UsedToday">Units of work done since midnight UTC, by all gateways.</param>
public readonly record struct QuotaState(double Available, double UsedToday);

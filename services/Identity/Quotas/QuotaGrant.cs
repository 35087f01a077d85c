namespace Segmentation.Identity.Quotas;

/// <summary>Units that a gateway got, and the shared bucket afterwards.</summary>
/// <param name="Units">Units given, up to those wanted.</param>
/// <param name="Left">Units left in the bucket; below 0 after more was spent than there was.</param>
/// <param name="UsedToday">Units of work done since midnight UTC.</param>
/// <param name="Gateways">Gateways that have lately taken units of this bucket, this one included.</param>
public readonly record struct QuotaGrant(double Units, double Left, double UsedToday, int Gateways);

namespace Segmentation.Identity.Quotas;

/// <summary>A store of quotas does not answer.</summary>
public sealed class QuotaStoreException(string message, Exception? innerException = null)
    : Exception(message, innerException);

namespace Segmentation.Identity.Keys;

/// <summary>The API keys that a server lets in. Looks into memory: a call waits for no disk and no database.</summary>
public interface IApiKeyStore
{
    /// <summary>Happens after keys were added, changed or removed, so that streams of keys that are gone can be ended.</summary>
    event EventHandler? Changed;

    /// <summary>Finds a key's record by its id; null when there is none.</summary>
    ApiKeyRecord? Find(string id);

    /// <summary>Records of all keys of a tenant, also of expired and revoked ones.</summary>
    IReadOnlyList<ApiKeyRecord> OfTenant(string tenant);
}

namespace Segmentation.Identity.Keys;

/// <summary>Changes to the keys of a file: what <c>segctl keys</c> does. Each returns the new list.</summary>
public static class KeyRing
{
    /// <summary>Keys of one name that may be valid at a time: the old one and the new one while they are exchanged.</summary>
    public const int MostOfOneName = 2;

    /// <summary>Adds a key.</summary>
    /// <param name="records">The keys there are.</param>
    /// <param name="key">The new one.</param>
    /// <param name="template">Everything of its record but id and hash.</param>
    /// <exception cref="KeyRingException">Two keys of this tenant and name are valid already.</exception>
    public static IEnumerable<ApiKeyRecord> Add(
        IReadOnlyList<ApiKeyRecord> records, ApiKey key, ApiKeyRecord template)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(template);
        var valid = Valid(records, template.Tenant, template.Name, template.Created).Count();
        if (valid >= MostOfOneName)
        {
            throw new KeyRingException(
                $"{valid} keys of tenant '{template.Tenant}' are named '{template.Name}' and valid already; one must be "
                    + "revoked first, or the new key named otherwise.");
        }

        return records.Append(template with { Id = key.Id, Hash = key.Hash() });
    }

    /// <summary>Revokes a key.</summary>
    /// <param name="records">The keys there are.</param>
    /// <param name="id">The key's id.</param>
    /// <param name="now">The time of revocation.</param>
    /// <exception cref="KeyRingException">There is no such key, or it was revoked before.</exception>
    public static IEnumerable<ApiKeyRecord> Revoke(
        IReadOnlyList<ApiKeyRecord> records, string id, DateTimeOffset now)
    {
        var found = Find(records, id);
        return found.Revoked is { } then
            ? throw new KeyRingException($"The key '{id}' was revoked at {then:u} already.")
            : records.Select(record => record == found ? found with { Revoked = now } : record);
    }

    /// <summary>Adds a key with everything of another's record, which ends after a time of overlap.</summary>
    /// <param name="records">The keys there are.</param>
    /// <param name="id">The id of the key that is replaced.</param>
    /// <param name="key">The new one.</param>
    /// <param name="now">The time of creation.</param>
    /// <param name="overlap">Time for which the old one stays valid.</param>
    /// <exception cref="KeyRingException">There is no such key, it is not valid, or it is being replaced already.</exception>
    public static IEnumerable<ApiKeyRecord> Rotate(
        IReadOnlyList<ApiKeyRecord> records, string id, ApiKey key, DateTimeOffset now, TimeSpan overlap)
    {
        var found = Find(records, id);
        if (!found.IsValidAt(now))
        {
            throw new KeyRingException($"The key '{id}' is no longer valid. A new one is made by 'segctl keys create'.");
        }

        // A key that never expires gets a successor that never expires; another one the same time again.
        var expires = found.Expires is { } end ? now + (end - found.Created) : (DateTimeOffset?)null;
        var ends = now + overlap;
        var added = Add(records, key, found with { Created = now, Expires = expires });
        return added.Select(record => record.Id == id
            ? record with { Expires = record.Expires < ends ? record.Expires : ends }
            : record);
    }

    private static IEnumerable<ApiKeyRecord> Valid(
        IReadOnlyList<ApiKeyRecord> records, string tenant, string name, DateTimeOffset now) =>
        records.Where(record => record.Tenant == tenant && record.Name == name && record.IsValidAt(now));

    private static ApiKeyRecord Find(IReadOnlyList<ApiKeyRecord> records, string id) =>
        records.FirstOrDefault(record => record.Id == id)
        ?? throw new KeyRingException($"There is no key '{id}'. 'segctl keys list' shows the ids.");
}

/// <summary>A change of keys that is not possible. The message says why and what to do.</summary>
public sealed class KeyRingException(string message) : Exception(message);

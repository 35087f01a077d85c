namespace Segmentation.Identity.Keys;

/// <summary>An API key as a store has it: everything but the secret.</summary>
public sealed record ApiKeyRecord
{
    /// <summary>The key's id, which is not secret.</summary>
    public required string Id { get; init; }

    /// <summary>Tenant of everybody who holds it: 1 to 63 of a-z, 0-9 and '-'.</summary>
    public required string Tenant { get; init; }

    /// <summary>
    /// Name of the holder, for lists and the audit log. While keys are exchanged, two may have the same.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Rights.</summary>
    public required Scope Scopes { get; init; }

    /// <summary>SHA-256 of the key: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>Time of creation.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Time from which on it is refused; null: never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Time at which it was revoked; null while it is not.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Units of work a second that its tenant may use; null: the server's default.</summary>
    public double? UnitsPerSecond { get; init; }

    /// <summary>Units of work that its tenant may use at once; null: the server's default.</summary>
    public double? Burst { get; init; }

    /// <summary>Tells whether the key's holder is let in at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => Revoked is null && (Expires is null || time < Expires);
}

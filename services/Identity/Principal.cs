namespace Segmentation.Identity;

/// <summary>The caller of a request: who it is, for whom it works, and what it may.</summary>
public sealed record Principal
{
    /// <summary>Tenant that all its images and work belong to.</summary>
    public required string Tenant { get; init; }

    /// <summary>Name for the audit log: a key's name, a token's subject, or <c>anonymous</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Kind and id of the credential, for example <c>key:k3J9fQ0a</c>; never a secret.</summary>
    public required string Credential { get; init; }

    /// <summary>Rights.</summary>
    public required Scope Scopes { get; init; }

    /// <summary>Time at which the credential ends; null: it does not.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Units of work a second of its tenant; null: the server's default.</summary>
    public double? UnitsPerSecond { get; init; }

    /// <summary>Units of work at once of its tenant; null: the server's default.</summary>
    public double? Burst { get; init; }

    /// <summary>Tells whether the caller has a right.</summary>
    public bool Has(Scope scope) => (Scopes & scope) == scope;
}

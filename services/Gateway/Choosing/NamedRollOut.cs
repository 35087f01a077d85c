namespace Segmentation.Gateway.Choosing;

/// <summary>A name that stands for a stable model and a candidate.</summary>
internal sealed class NamedRollOut
{
    private readonly HashSet<string> _tenants;
    private readonly ModelRoute _ofTenants;
    private readonly ModelRoute _ofOthers;

    private NamedRollOut(
        string name, GatewayModel stable, GatewayModel? candidate, IEnumerable<string> tenants, double share)
    {
        (Name, Stable, Candidate, Share) = (name, stable, candidate, share);
        _tenants = tenants.ToHashSet(StringComparer.Ordinal);
        _ofTenants = candidate is null ? new(stable) : new(stable, candidate, share: 1);
        _ofOthers = candidate is null ? new(stable) : new(stable, candidate, share);
    }

    /// <summary>The name in requests.</summary>
    public string Name { get; }

    /// <summary>The model before.</summary>
    public GatewayModel Stable { get; }

    /// <summary>The model that is tried; null when none is.</summary>
    public GatewayModel? Candidate { get; }

    /// <summary>Share of images that get the candidate, 0 to 1.</summary>
    public double Share { get; }

    /// <summary>Makes a roll-out of valid options.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">The options.</param>
    /// <param name="find">Finds a model by its id.</param>
    public static NamedRollOut Of(string name, RollOutOptions options, Func<string, GatewayModel> find) => new(
        name,
        find(options.Stable),
        options.Candidate.Length > 0 ? find(options.Candidate) : null,
        options.TenantNames(),
        options.Share);

    /// <summary>True if all new images of a tenant get the candidate.</summary>
    public bool IsFor(string tenant) => Candidate is not null && _tenants.Contains(tenant);

    /// <summary>The models of a tenant's requests.</summary>
    public ModelRoute RouteOf(string tenant) => IsFor(tenant) ? _ofTenants : _ofOthers;
}

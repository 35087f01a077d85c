namespace Segmentation.Gateway.Choosing;

/// <summary>A candidate beside a stable model: section <c>Segmentation:ModelChoice:RollOuts:NAME</c>.</summary>
internal sealed class RollOutOptions
{
    /// <summary>Id of the model before.</summary>
    public string Stable { get; set; } = "";

    /// <summary>Id of the model that is tried. Empty: the stable one alone is served under the name.</summary>
    public string Candidate { get; set; } = "";

    /// <summary>Tenants all of whose new images get the candidate, separated by commas.</summary>
    public string Tenants { get; set; } = "";

    /// <summary>Share of the other tenants' new images that get the candidate, 0 to 1. Default 0.</summary>
    public double Share { get; set; }

    /// <summary>The names in <see cref="Tenants"/>.</summary>
    public string[] TenantNames() =>
        Tenants.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

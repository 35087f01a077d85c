namespace Segmentation.Gateway.Choosing;

/// <summary>
/// Models of requests that name none, models that are rolled out, and what each model costs: section
/// <c>Segmentation:ModelChoice</c>. Section <c>Segmentation:Model</c> lists the models that are served.
/// </summary>
internal sealed class ModelChoiceOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:ModelChoice";

    /// <summary>
    /// Model of requests that name none: an id, or a name of <see cref="RollOuts"/>. Default: the first of
    /// <c>Segmentation:Model</c>.
    /// </summary>
    public string Default { get; set; } = "";

    /// <summary>The same for single tenants, by the tenant's name.</summary>
    public Dictionary<string, string> TenantDefaults { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Roll-outs, by the name that requests give in place of a model's id.</summary>
    public Dictionary<string, RollOutOptions> RollOuts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Factor by which the units of work on a model are multiplied, by the model's id. Default 1 for each.
    /// </summary>
    public Dictionary<string, double> Cost { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The factor of a model's work.</summary>
    /// <param name="model">The model's id; null for work on no model in particular.</param>
    public double CostOf(string? model) => model is not null && Cost.TryGetValue(model, out var factor) ? factor : 1;
}

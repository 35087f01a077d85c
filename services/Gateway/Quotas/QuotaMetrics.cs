using System.Diagnostics.Metrics;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Quotas;

/// <summary>
/// Metrics of quotas, of the gateway's meter. None is by tenant: who may call decides how many tenants there are. What
/// one tenant uses, GetUsage tells.
/// </summary>
internal sealed class QuotaMetrics
{
    /// <summary>The quota of units.</summary>
    public const string Units = "units";

    /// <summary>The bound on live sessions of a tenant.</summary>
    public const string Sessions = "sessions";

    /// <summary>The bound on searches of a tenant.</summary>
    public const string Searches = "searches";

    private static readonly KeyValuePair<string, object?> _image = new("work", "image");
    private static readonly KeyValuePair<string, object?> _prompt = new("work", "prompt");
    private static readonly KeyValuePair<string, object?> _point = new("work", "point");
    private static readonly KeyValuePair<string, object?> _crop = new("work", "crop");
    private static readonly KeyValuePair<string, object?> _projectRead = new("work", "project_read");
    private static readonly KeyValuePair<string, object?> _projectChange = new("work", "project_change");
    private static readonly KeyValuePair<string, object?> _projectMegabyte = new("work", "project_megabyte");

    private readonly Counter<double> _units;
    private readonly Counter<long> _refused;
    private readonly Meter _meter;

    public QuotaMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(GatewayMetrics.Name);
        _units = _meter.CreateCounter<double>(
            "segmentation.gateway.quota.units", "{unit}", "Units of work admitted, by kind of work.");
        _refused = _meter.CreateCounter<long>(
            "segmentation.gateway.quota.refused", "{request}", "Requests and prompts over a tenant's quota, by quota.");
        foreach (var work in new[] { _image, _prompt, _point, _crop, _projectRead, _projectChange, _projectMegabyte })
        {
            _units.Add(0, work);
        }

        foreach (var quota in new[] { Units, Sessions, Searches })
        {
            _refused.Add(0, new KeyValuePair<string, object?>("quota", quota));
        }
    }

    /// <summary>Reports whether quotas are shared by guess.</summary>
    public void Observe(Func<bool> isAlone) => _meter.CreateObservableUpDownCounter(
        "segmentation.gateway.quota.alone",
        () => isAlone() ? 1 : 0,
        "{gateway}",
        "1 while Redis is away and this gateway allows its share of each quota.");

    /// <summary>Counts work that was admitted.</summary>
    /// <param name="work">The work.</param>
    /// <param name="weights">Units of each kind.</param>
    /// <param name="factor">Factor of the model that does the work.</param>
    public void Charged(Work work, QuotaOptions weights, double factor)
    {
        Add(factor * work.Images * weights.ImageUnits, _image);
        Add(factor * work.Prompts * weights.PromptUnits, _prompt);
        Add(factor * work.Points * weights.PointUnits, _point);
        Add(factor * work.Crops * weights.CropUnits, _crop);
        Add(work.ProjectReads * weights.ProjectReadUnits, _projectRead);
        Add(work.ProjectChanges * weights.ProjectChangeUnits, _projectChange);
        Add(work.ProjectMegabytes * weights.ProjectMegabyteUnits, _projectMegabyte);
    }

    /// <summary>Counts work that a quota refused.</summary>
    public void Refused(string quota = Units) => _refused.Add(1, new KeyValuePair<string, object?>("quota", quota));

    private void Add(double units, KeyValuePair<string, object?> work)
    {
        if (units > 0)
        {
            _units.Add(units, work);
        }
    }
}

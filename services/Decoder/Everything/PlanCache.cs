using Segmentation.Common.Caching;
using Segmentation.Grains;
using Segmentation.Masks.Everything;

namespace Segmentation.Decoder.Everything;

/// <summary>
/// Cache of the plans of searches: hundreds of requests have the same, and making one takes milliseconds.
/// </summary>
internal sealed class PlanCache
{
    private const long CapacityBytes = 32L << 20;

    // Memory of a grid point with its level and cell, and of a crop with its box.
    private const int BytesAPoint = 64;
    private const int BytesACrop = 128;

    private readonly Lock _gate = new();
    private readonly LruCache<string, EverythingPlan> _plans = new(CapacityBytes);

    /// <summary>Returns the plan of a message.</summary>
    public EverythingPlan Get(PlanData data)
    {
        lock (_gate)
        {
            if (_plans.TryGet(data.Id, out var held))
            {
                return held;
            }
        }

        var plan = data.ToPlan();
        var points = plan.Crops.DistinctBy(crop => crop.Layer).Sum(crop => (long)crop.Grid.Count);
        lock (_gate)
        {
            _plans.Set(data.Id, plan, points * BytesAPoint + (long)plan.Crops.Count * BytesACrop);
        }

        return plan;
    }
}

using Segmentation.Masks.Everything;

namespace Segmentation.Grains;

/// <summary>
/// The plan of a search: the image's size and the options. Crops and grids follow from these, on every silo the same.
/// </summary>
[GenerateSerializer, Immutable, Alias("segmentation.everything.plan")]
public sealed record PlanData
{
    /// <summary>A hash of the options, and the image's size: plans of one id are the same plan.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Width of the upright image in pixels.</summary>
    [Id(1)]
    public required int Width { get; init; }

    /// <summary>Height of the upright image in pixels.</summary>
    [Id(2)]
    public required int Height { get; init; }

    /// <summary>All options as <see cref="EverythingOptions.ToJson"/> writes them.</summary>
    // Ids 3 to 15 must not be used: they had single options.
    [Id(16)]
    public required byte[] Options { get; init; }

    /// <summary>Makes the message of a plan.</summary>
    public static PlanData Of(EverythingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new PlanData
        {
            Id = $"{plan.Options.Hash()}/{plan.Width}x{plan.Height}",
            Width = plan.Width,
            Height = plan.Height,
            Options = plan.Options.ToJson(),
        };
    }

    /// <summary>Makes the plan.</summary>
    /// <exception cref="System.Text.Json.JsonException">
    /// The sender has options that this version does not know.
    /// </exception>
    /// <exception cref="ArgumentException">An option cannot be used; the gateway lets none through.</exception>
    public EverythingPlan ToPlan() => new(Width, Height, EverythingOptions.FromJson(Options));
}

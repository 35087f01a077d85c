namespace Segmentation.Gateway.Routing;

/// <summary>
/// The silo that answered last in a row of requests that build on each other. It holds what the next one needs, so it
/// is asked first: steps spread over silos by chance would each find the step before missing.
/// </summary>
internal sealed class SiloAffinity
{
    /// <summary>The silo to ask first; null before the first answer.</summary>
    public SiloRoute? Route { get; private set; }

    /// <summary>Goes on with the silo that answered.</summary>
    public void Follow(SiloRoute route) => Route = route;

    /// <summary>The silos with the one to go on with in front, as long as it is a member.</summary>
    public IReadOnlyList<SiloRoute> Order(IReadOnlyList<SiloRoute> routes) =>
        Route is { } first && routes.Contains(first) ? [first, .. routes.Where(route => route != first)] : routes;
}

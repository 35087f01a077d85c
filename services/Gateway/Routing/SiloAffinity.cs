using Segmentation.Grains;

namespace Segmentation.Gateway.Routing;

/// <summary>
/// The silo that answered last in a row of requests on one image. It has the image hot and holds the masks that the
/// next request may refine: steps spread over silos would each find the step before missing.
/// </summary>
internal sealed class SiloAffinity
{
    private volatile SiloRoute? _route;

    /// <summary>Goes on with the silo that answered.</summary>
    public void Follow(SiloRoute route) => _route = route;

    /// <summary>
    /// The silos with the one to go on with in front, unless it is to be avoided, or has more than its share of work
    /// and the request needs nothing that only it holds.
    /// </summary>
    /// <param name="routes">The silos in the order of <see cref="SiloRoutes.For"/>.</param>
    /// <param name="request">What is to be asked.</param>
    /// <param name="now">Timestamp of the clock.</param>
    public IReadOnlyList<SiloRoute> Order(IReadOnlyList<SiloRoute> routes, DecodeRequest request, long now)
    {
        if (_route is not { } last || !routes.Contains(last) || last.IsAvoided(now))
        {
            return routes;
        }

        var isBusy = last.InFlight > routes[0].InFlight + last.Workers;
        return isBusy && request.Prompts.All(prompt => prompt.MaskId is null)
            ? routes
            : [last, .. routes.Where(route => route != last)];
    }
}

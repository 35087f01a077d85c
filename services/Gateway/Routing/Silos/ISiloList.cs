using System.Net;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>Where silos may be.</summary>
internal interface ISiloList
{
    /// <summary>Where those that are listed listen for gateways.</summary>
    /// <exception cref="Exception">The list is out of reach.</exception>
    Task<IReadOnlyCollection<IPEndPoint>> ReadAsync();
}

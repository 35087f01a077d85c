using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OrleansEndpoints = Orleans.Configuration.EndpointOptions;

namespace Segmentation.Decoder.Hosting;

/// <summary>
/// Sets the addresses that a silo announces. They are options and never guessed from a host name: in a container that
/// name may resolve to an address that nobody else reaches.
/// </summary>
internal sealed class SiloEndpoints(IOptions<SiloOptions> options) : IConfigureOptions<OrleansEndpoints>
{
    public void Configure(OrleansEndpoints endpoints)
    {
        var silo = options.Value;
        endpoints.AdvertisedIPAddress = silo.AdvertisedAddress.Length > 0
            ? IPAddress.Parse(silo.AdvertisedAddress)
            : OwnAddress();
        endpoints.SiloPort = silo.SiloPort;
        endpoints.GatewayPort = silo.GatewayPort;
        endpoints.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, silo.SiloPort);
        endpoints.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, silo.GatewayPort);
    }

    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address =>
            address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? IPAddress.Loopback;
}

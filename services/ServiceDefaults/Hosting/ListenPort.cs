using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>A port that the host's server listens on. Hosts register one for each, in the order of listening.</summary>
/// <param name="Endpoint">Address and port; port 0 is chosen by the system.</param>
/// <param name="Protocols">What is spoken there.</param>
/// <param name="Option">
/// Path of the option that chooses the port, for example <c>Segmentation:Endpoints:GrpcPort</c>.
/// </param>
public sealed record ListenPort(IPEndPoint Endpoint, HttpProtocols Protocols, string Option);

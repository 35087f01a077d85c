using System.Net;

namespace Segmentation.Gateway.Encoding;

/// <summary>Finds the addresses of a name.</summary>
/// <param name="host">The name.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <exception cref="System.Net.Sockets.SocketException">The name is not known, or no name server answers.</exception>
internal delegate Task<IPAddress[]> EncoderLookup(string host, CancellationToken cancellationToken);

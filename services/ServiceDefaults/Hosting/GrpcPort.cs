using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The beginning of connections to the port of gRPC. Requests of HTTP/1.1, which that port cannot answer, are told the
/// port that can.
/// </summary>
internal sealed class GrpcPort(ConnectionDelegate next, IServiceProvider services)
{
    /// <summary>Handles a connection.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var begin = await ConnectionStart.PeekAsync(connection, ConnectionStart.Http2.Length).ConfigureAwait(false);
        if (begin is null)
        {
            return;
        }

        var isHttp1 = begin.Length == ConnectionStart.Http2.Length && !ConnectionStart.Http2.SequenceEqual(begin);
        await (isHttp1 ? RefuseAsync(connection) : next(connection)).ConfigureAwait(false);
    }

    private Task RefuseAsync(ConnectionContext connection)
    {
        var port = services.GetRequiredService<HostAddresses>().Http.Port.ToString(CultureInfo.InvariantCulture);
        return ConnectionStart.RefuseHttp1Async(
            connection, $"This port speaks gRPC (HTTP/2). HTTP/1.1 is answered on port {port}.");
    }
}

using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The mark of connections to the port of an autoscaler. The connection tells, since a client may write what it likes
/// into the <c>Host</c> header.
/// </summary>
public sealed class ScalerPort
{
    private static readonly ScalerPort _mark = new();

    private ScalerPort()
    {
    }

    /// <summary>Tells whether a request came to the port.</summary>
    public static bool Has(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<ScalerPort>() is not null;
    }

    /// <summary>Marks a new connection.</summary>
    internal static void Mark(ConnectionContext connection) => connection.Features.Set(_mark);
}

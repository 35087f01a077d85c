using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The mark of connections to the operators' port. The connection tells, since a client may write what it likes into
/// the <c>Host</c> header.
/// </summary>
internal sealed class OperatorPort
{
    private static readonly OperatorPort _mark = new();

    /// <summary>Marks a new connection.</summary>
    public static void Mark(ConnectionContext connection) => connection.Features.Set(_mark);

    /// <summary>Tells whether a request came to the operators' port.</summary>
    public static bool Has(HttpContext context) => context.Features.Get<OperatorPort>() is not null;
}

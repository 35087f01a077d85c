using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// Refuses clients whose certificate is not believed, in words: a handshake that fails tells a client nothing. Their
/// requests never reach the host.
/// </summary>
internal static class ClientCertificates
{
    /// <summary>Notes during a handshake what is wrong with the client's certificate.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="problem">A sentence; null when nothing is wrong.</param>
    /// <returns>True: the handshake goes on, so that the client can be told.</returns>
    public static bool Note(BaseConnectionContext connection, string? problem)
    {
        connection.Features.Set(problem is null ? null : new Suspicion(problem));
        return true;
    }

    /// <summary>Ends the connection where something was noted: the stage after the handshake.</summary>
    public static Task Refuse(ConnectionContext connection, ConnectionDelegate next) =>
        connection.Features.Get<Suspicion>() is { } suspicion
            ? ConnectionStart.RefuseAsync(
                connection,
                $"{suspicion.Problem} Use a certificate of an authority that this server knows, or none.")
            : next(connection);

    private sealed record Suspicion(string Problem);
}

using System.Net;
using System.Text.Json;

namespace Segmentation.Cli.Segmenting;

/// <summary>Finds out whether an address that does not speak gRPC is the server's other port.</summary>
internal static class ServerProbe
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Returns advice about an address that speaks HTTP/1.1; null if the address does not.</summary>
    public static async Task<string?> AskAsync(ServerConnection server)
    {
        using var client = server.CreateHttpClient();
        (client.BaseAddress, client.Timeout) = (server.Address, _patience);
        try
        {
            using var response = await client.GetAsync(new Uri("v1/server", UriKind.Relative)).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
            return IsTlsMissing(response, text)
                ? $"{server} speaks TLS: --server {ServerAddress.Written(new UriBuilder(server.Address) { Scheme = Uri.UriSchemeHttps }.Uri)}"
                : PortIn(text) is { } port
                ? $"{server} is the server's port for HTTP/1.1; gRPC, which --server takes, is on port {port}: "
                    + $"--server {ServerAddress.Written(new UriBuilder(server.Address) { Port = port }.Uri)}"
                : $"{server} speaks HTTP/1.1 and no gRPC, which --server takes: a server has it on another port, 7080 "
                    + "unless told otherwise.";
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static bool IsTlsMissing(HttpResponseMessage response, string text) =>
        response.StatusCode == HttpStatusCode.BadRequest && text.Contains("speaks TLS only", StringComparison.Ordinal);

    private static int? PortIn(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("grpcPort", out var port) && port.TryGetInt32(out var number)
                ? number
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

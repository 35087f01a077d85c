using System.Text;
using Segmentation.Doors.Tests.Fetching;
using Segmentation.Doors.Tests.Hosting;

namespace Segmentation.Doors.Tests.Roboflow;

/// <summary>A server with the door for roboflow's clients open, that may fetch from a host with the photograph.</summary>
public sealed class FetchingServer : OpenDoor, IAsyncLifetime
{
    private readonly HostileServer _pictures;

    public FetchingServer()
        : this(new HostileServer(AnswerAsync))
    {
    }

    private FetchingServer(HostileServer pictures)
        : base(
            "roboflow",
            "Doors:Roboflow:Enabled=true",
            "Doors:Fetching:Enabled=true",
            $"Doors:Fetching:AllowedHosts=127.0.0.1:{pictures.Port}",
            $"Doors:Fetching:AllowPrivateAddresses=127.0.0.1:{pictures.Port}") => _pictures = pictures;

    /// <summary>An image as requests have it, at an address of the host.</summary>
    public string ImageAt(string path) => $$"""{"type":"url","value":"http://127.0.0.1:{{_pictures.Port}}{{path}}"}""";

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await _pictures.DisposeAsync();
    }

    private static async Task AnswerAsync(string head, Stream stream, CancellationToken cancellationToken)
    {
        var found = head.StartsWith("GET /coffee.png ", StringComparison.Ordinal);
        var body = found ? Photo : "no such picture"u8.ToArray();
        var status = found ? "200 OK" : "404 Not Found";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"),
            cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    }
}

using System.Net.Sockets;
using System.Text;
using Segmentation.Doors.Tests.Fetching;

namespace Segmentation.Doors.Tests.LabelStudio;

/// <summary>
/// Stands for a Label Studio and for the store in a cloud that it leads to: the picture of a test below the paths that
/// Label Studio has, with the token that it wants, or an error.
/// </summary>
internal sealed class StudioTwin : IAsyncDisposable
{
    /// <summary>A legacy token.</summary>
    public const string Legacy = "0123456789abcdef";

    /// <summary>What a personal access token is exchanged for.</summary>
    public const string Access = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2ln";

    /// <summary>A personal access token.</summary>
    public const string Personal = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6NDEwMjQ0NDgwMH0.c2ln";

    private readonly byte[] _picture;

    public StudioTwin(byte[] picture)
    {
        _picture = picture;
        Store = new HostileServer((_, stream, token) => WriteAsync(stream, picture, token));
        Studio = new HostileServer(AnswerAsync);
    }

    /// <summary>Label Studio, at 127.0.0.1.</summary>
    public HostileServer Studio { get; }

    /// <summary>The store in a cloud, at localhost.</summary>
    public HostileServer Store { get; }

    /// <summary>Hosts as options list them.</summary>
    public string Hosts => $"127.0.0.1:{Studio.Port}, localhost:{Store.Port}";

    /// <summary>Paths that Label Studio was asked for, in their order.</summary>
    public IEnumerable<string> Paths => Studio.Heads.Select(head => head.Split(' ')[1]);

    public async ValueTask DisposeAsync()
    {
        await Studio.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static async Task WriteAsync(NetworkStream stream, byte[] body, CancellationToken token)
    {
        var head = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), token);
        await stream.WriteAsync(body, token);
    }

    private async Task AnswerAsync(string head, NetworkStream stream, CancellationToken token)
    {
        var path = head.Split(' ')[1];
        var isLetIn = head.Contains($"Authorization: Token {Legacy}\r\n", StringComparison.Ordinal)
            || head.Contains($"Authorization: Bearer {Access}\r\n", StringComparison.Ordinal);
        if (path == "/api/token/refresh/")
        {
            await WriteAsync(stream, Encoding.ASCII.GetBytes($$"""{"access": "{{Access}}"}"""), token);
        }
        else if (!isLetIn)
        {
            await SayAsync("401 Unauthorized");
        }
        else if (path.StartsWith("/tasks/", StringComparison.Ordinal))
        {
            var answer = HostileServer.Redirect($"http://localhost:{Store.Port}/signed");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), token);
        }
        else if (path.StartsWith("/data/", StringComparison.Ordinal))
        {
            await WriteAsync(stream, _picture, token);
        }
        else
        {
            await SayAsync("404 Not Found");
        }

        Task SayAsync(string status) => stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), token).AsTask();
    }
}

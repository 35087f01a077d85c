using System.Diagnostics;
using System.Net.WebSockets;
using Grpc.Core;

namespace Segmentation.LoadTests.Attack;

/// <summary>A message that must be refused, as a frame of a WebSocket, each on a new one.</summary>
/// <param name="name">The attack's name.</param>
/// <param name="sent">What is sent, in words.</param>
/// <param name="type">Text is JSON, binary a protobuf message.</param>
/// <param name="message">Makes the bytes, once.</param>
internal sealed class WebSocketMessages(
    string name, string sent, WebSocketMessageType type, Func<byte[]> message) : IAttack
{
    private const int CloseOfStatus = 4000;

    /// <summary>Time until the next attempt after one that failed, whose cost is the server's to bear and not the client's.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly Lazy<byte[]> _bytes = new(message);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Sent => sent;

    /// <inheritdoc/>
    public AttackBounds Bounds { get; } = AttackBounds.Refused(1);

    /// <inheritdoc/>
    public Task PrepareAsync(AttackTarget target, CancellationToken cancellationToken) => Task.FromResult(_bytes.Value);

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            using var socket = new ClientWebSocket();
            try
            {
                await ConnectAsync(socket, target, end);
                if (target.Identity.IsStranger)
                {
                    answers.AddWrong("A stranger got a session.");
                }

                await SendAsync(socket, _bytes.Value, answers, end);
            }
            catch (Exception) when (end.IsCancellationRequested)
            {
                answers.Add("no answer until the end");
            }
            catch (WebSocketException)
            {
                answers.Add("connection ended");
                await Task.WhenAny(Task.Delay(_pause, end));
            }
        }
    }

    /// <summary>Opens a session's WebSocket as the attacker.</summary>
    public static Task ConnectAsync(ClientWebSocket socket, AttackTarget target, CancellationToken end)
    {
        var (name, value) = target.AttackersHeader;
        socket.Options.SetRequestHeader(name, value);
        return socket.ConnectAsync(new UriBuilder("ws", "127.0.0.1", target.Http.Port, "v1/session").Uri, end);
    }

    private async Task SendAsync(ClientWebSocket socket, byte[] bytes, Answers answers, CancellationToken end)
    {
        var since = Stopwatch.GetTimestamp();
        try
        {
            // In frames of a megabyte, as a server may refuse the message while it arrives.
            for (var at = 0; at < bytes.Length; at += 1 << 20)
            {
                var piece = bytes.AsMemory(at, Math.Min(1 << 20, bytes.Length - at));
                await socket.SendAsync(piece, type, at + piece.Length == bytes.Length, end);
            }
        }
        catch (WebSocketException)
        {
            // It was closed while it was sent; the answer says why.
        }

        var buffer = new byte[64 * 1024];
        var result = await socket.ReceiveAsync(buffer, end);
        if (result.MessageType != WebSocketMessageType.Close)
        {
            // An error of a message within a session that goes on.
            answers.Add("a message", since);
            return;
        }

        var code = (int)result.CloseStatus!.Value - CloseOfStatus;
        answers.Add(code >= 0 ? $"closed as {(StatusCode)code}" : $"closed as {result.CloseStatus}", since);
        if (code == (int)StatusCode.Internal || string.IsNullOrEmpty(result.CloseStatusDescription))
        {
            answers.AddWrong($"Closed as {result.CloseStatus} with '{result.CloseStatusDescription}'.");
        }
    }
}

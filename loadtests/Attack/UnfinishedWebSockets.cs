using System.Net.WebSockets;

namespace Segmentation.LoadTests.Attack;

/// <summary>WebSockets that send a long message but for its end, and then nothing.</summary>
internal sealed class UnfinishedWebSockets(int count, int bytes) : IAttack
{
    /// <inheritdoc/>
    public string Name => "websockets-unfinished";

    /// <inheritdoc/>
    public string Sent => $"{count} WebSockets, each with {bytes / 1_000_000} MB of a message that does not end";

    /// <inheritdoc/>
    public AttackBounds Bounds { get; } = AttackBounds.Budget(700);

    /// <inheritdoc/>
    public Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        var piece = new byte[1 << 20];
        return Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            using var socket = new ClientWebSocket();
            try
            {
                await WebSocketMessages.ConnectAsync(socket, target, end);
                for (var sent = 0; sent < bytes; sent += piece.Length)
                {
                    await socket.SendAsync(piece, WebSocketMessageType.Binary, endOfMessage: false, end);
                }

                var result = await socket.ReceiveAsync(piece, end);
                answers.Add($"closed as {result.CloseStatus}");
            }
            catch (Exception) when (end.IsCancellationRequested)
            {
                answers.Add("still open at the end");
            }
            catch (WebSocketException)
            {
                answers.Add("connection ended");
            }
        }));
    }
}

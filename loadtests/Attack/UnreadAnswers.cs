using System.Net.Sockets;
using Google.Protobuf;
using Segmentation.Protocol.V1;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Legal calls with large answers, by a client that never opens its window and so reads none of them.
/// </summary>
/// <param name="calls">How many, each on a connection of its own.</param>
/// <param name="prompts">Prompts of each call.</param>
internal sealed class UnreadAnswers(int calls, int prompts) : IAttack
{
    private readonly Lazy<byte[]> _picture = new(() => HostileImages.SmallPicture(-1));

    /// <inheritdoc/>
    public string Name => "answers-unread";

    /// <inheritdoc/>
    public string Sent =>
        $"{calls} calls of {prompts} prompts, three masks each with logits, whose client reads nothing";

    /// <inheritdoc/>
    /// <remarks>
    /// The budget of answers is 512 MiB, a byte of answer may take 1.2 bytes of memory, and each call has two slices of
    /// 16 MiB on their way from the silo.
    /// </remarks>
    public AttackBounds Bounds { get; } = AttackBounds.Budget((1.2 * 537) + (calls * 2 * 16.8));

    /// <inheritdoc/>
    public async Task PrepareAsync(AttackTarget target, CancellationToken cancellationToken)
    {
        using var caller = new AttackCaller(target, new Answers());
        await Uploading.SendAsync(caller, 0, _picture.Value, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        var request = Prompting.Grid(Prompting.IdOf(_picture.Value), prompts, 90, 60, MaskFormat.Logits, MaskFormat.Rle);
        request.Output.MaskCount = MaskCount.Three;
        var message = request.ToByteArray();
        byte[] framed = [.. GrpcPrefix.Of(message.Length), .. message];
        var connections = await Task.WhenAll(Enumerable.Range(0, calls).Select(async _ =>
        {
            try
            {
                var connection = await Http2Connection.OpenAsync(target, window: 0, end);
                await connection.SendAsync(
                    Http2Frame.Headers, Http2Connection.EndHeaders, 1, Http2Connection.Post(target, AttackCaller.Segment), end);
                await connection.SendAsync(Http2Frame.Data, Http2Connection.EndStream, 1, framed, end);
                return connection;
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
            {
                return null;
            }
        }));
        await Task.WhenAll(connections.Select(async connection =>
        {
            try
            {
                answers.Add(connection is null ? "not connected" : await connection.ReadToEndAsync(end));
            }
            catch (OperationCanceledException)
            {
                answers.Add("waits at the end");
            }
            finally
            {
                await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }));
    }
}

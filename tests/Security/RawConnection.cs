using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Segmentation.Tests.Shared;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Security.Tests;

/// <summary>A connection on which a test writes HTTP/1.1 by hand: what no well-behaved client sends.</summary>
internal sealed class RawConnection : IDisposable
{
    private static int _addresses;

    private readonly NetworkStream _stream;
    private readonly List<byte> _read = [];

    private RawConnection(NetworkStream stream, IPAddress address) => (_stream, Address) = (stream, address);

    /// <summary>The loopback address that it comes from.</summary>
    public IPAddress Address { get; }

    /// <summary>
    /// A loopback address that no test has used before: wrong credentials are limited by address. Linux has 16 million.
    /// </summary>
    public static IPAddress NextAddress()
    {
        var n = Interlocked.Increment(ref _addresses);
        return new IPAddress([127, (byte)(1 + (n / 62_500)), (byte)(1 + (n / 250 % 250)), (byte)(1 + (n % 250))]);
    }

    /// <summary>Connects from an address of its own, or from a given one.</summary>
    public static async Task<RawConnection> OpenAsync(
        Uri server, CancellationToken cancellationToken, IPAddress? from = null)
    {
        from ??= NextAddress();
        return new(await ConnectAsync(server, from, cancellationToken), from);
    }

    /// <summary>Opens a stream of bytes to a server from an address.</summary>
    public static async Task<NetworkStream> ConnectAsync(Uri server, IPAddress from, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one request on a connection of its own and reads the answer.</summary>
    /// <param name="server">The server.</param>
    /// <param name="head">Request line and headers, lines ended by CRLF, without the empty line at the end.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <param name="from">The address to come from; null: one of its own.</param>
    public static async Task<RawAnswer> AskAsync(
        Uri server, string head, CancellationToken cancellationToken, IPAddress? from = null)
    {
        using var connection = await OpenAsync(server, cancellationToken, from);
        await connection.SendAsync($"{head}\r\n\r\n", cancellationToken);
        return await connection.ReadAsync(cancellationToken);
    }

    /// <summary>Sends bytes, one for each character.</summary>
    public Task SendAsync(string text, CancellationToken cancellationToken) =>
        _stream.WriteAsync(TextEncoding.Latin1.GetBytes(text), cancellationToken).AsTask();

    /// <summary>Reads one answer.</summary>
    public async Task<RawAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience.Longest);
        try
        {
            return await ReadAnswerAsync(patience.Token);
        }
        catch (IOException)
        {
            return new(0, new Dictionary<string, string>(), "the connection was cut");
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task<RawAnswer> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        if (await LineAsync(cancellationToken) is not { } first)
        {
            return new(0, new Dictionary<string, string>(), "");
        }

        Dictionary<string, string> headers = [];
        while (await LineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var (name, value) = (line.Split(':', 2)[0].ToLowerInvariant(), line.Split(':', 2)[1].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before},{value}" : value;
        }

        var status = int.Parse(first.Split(' ')[1], CultureInfo.InvariantCulture);
        return new(status, headers, await BodyAsync(status, headers, cancellationToken));
    }

    private async Task<string> BodyAsync(
        int status, Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (status is < 200 or 204 or 304)
        {
            return "";
        }

        if (headers.TryGetValue("content-length", out var length))
        {
            return await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }

        var body = "";
        if (headers.GetValueOrDefault("transfer-encoding") != "chunked")
        {
            return body;
        }

        while (await LineAsync(cancellationToken) is { Length: > 0 } size)
        {
            body += await TakeAsync(int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture), cancellationToken);
            await LineAsync(cancellationToken);
            if (size == "0")
            {
                break;
            }
        }

        return body;
    }

    /// <summary>The next line; null at the end.</summary>
    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _read.IndexOf((byte)'\n')) < 0)
        {
            if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }

        return Take(end + 1).TrimEnd('\n').TrimEnd('\r');
    }

    private async Task<string> TakeAsync(int count, CancellationToken cancellationToken)
    {
        while (_read.Count < count && await FillAsync(cancellationToken))
        {
        }

        return Take(Math.Min(count, _read.Count));
    }

    private string Take(int count)
    {
        var text = TextEncoding.UTF8.GetString([.. _read.Take(count)]);
        _read.RemoveRange(0, count);
        return text;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var count = await _stream.ReadAsync(buffer, cancellationToken);
        _read.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}

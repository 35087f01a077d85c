using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The beginning of connections to the port of gRPC. Requests of HTTP/1.1, which that port cannot answer, are told the
/// port that can.
/// </summary>
internal sealed class GrpcPort(ConnectionDelegate next, IServiceProvider services)
{
    /// <summary>Longest silence of a new connection: as long as the server waits for a request's head.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    /// <summary>The first bytes of a connection of HTTP/2.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI"u8;

    /// <summary>Handles a connection.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool? isHttp2;
        try
        {
            isHttp2 = await BeginsAsHttp2Async(connection).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It said nothing, or has gone.
            return;
        }

        await (isHttp2 == false ? RefuseAsync(connection) : next(connection)).ConfigureAwait(false);
    }

    /// <summary>Looks at the first bytes and leaves them there; null when there were too few.</summary>
    private static async Task<bool?> BeginsAsHttp2Async(ConnectionContext connection)
    {
        using var timeout = new CancellationTokenSource(_timeout, TimeProvider.System);
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(timeout.Token).ConfigureAwait(false);
            var isKnown = read.Buffer.Length >= Preface.Length;
            bool? isHttp2 = isKnown ? IsHttp2(read.Buffer) : null;
            input.AdvanceTo(read.Buffer.Start, isKnown ? read.Buffer.Start : read.Buffer.End);
            if (isKnown || read.IsCompleted || read.IsCanceled)
            {
                return isHttp2;
            }
        }
    }

    private static bool IsHttp2(ReadOnlySequence<byte> begin)
    {
        Span<byte> first = stackalloc byte[3];
        begin.Slice(0, first.Length).CopyTo(first);
        return first.SequenceEqual(Preface);
    }

    private async Task RefuseAsync(ConnectionContext connection)
    {
        var port = services.GetRequiredService<HostAddresses>().Http.Port.ToString(CultureInfo.InvariantCulture);
        var body = $$"""
            {"code":3,"message":"This port speaks gRPC (HTTP/2). HTTP/1.1 is answered on port {{port}}."}

            """;
        var text = $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"
            + $"Connection: close\r\n\r\n{body}";
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text)).ConfigureAwait(false);
        await connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
    }
}

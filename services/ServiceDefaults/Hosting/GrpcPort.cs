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
    /// <summary>How connections of HTTP/2 begin.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI"u8;

    /// <summary>Handles a connection.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(connection.ConnectionClosed).ConfigureAwait(false);
            var isOver = read.IsCompleted || read.IsCanceled;
            var isKnown = read.Buffer.Length >= Preface.Length;
            var isHttp2 = isKnown && IsHttp2(read.Buffer);
            input.AdvanceTo(read.Buffer.Start, isKnown ? read.Buffer.Start : read.Buffer.End);
            if (isOver || isHttp2)
            {
                await next(connection).ConfigureAwait(false);
                return;
            }

            if (isKnown)
            {
                await RefuseAsync(connection).ConfigureAwait(false);
                return;
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

using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Tests.Fakes;

namespace Segmentation.Gateway.Tests.Receiving;

public sealed class ConnectionGateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Segmentation:Connections:MaxOpen", "")]
    [InlineData("Segmentation:Connections:MaxOpenPerAddress", "")]
    [InlineData("Segmentation:Connections:MaxOpen", "127.0.0.0/8")]
    public async Task Connect_OneTooMany_IsClosedUntilAnotherLeaves(string option, string proxies)
    {
        await using var host = await GatewayHost.StartAsync(
            options: [(option, "2"), ("Segmentation:Connections:TrustedProxies", proxies)]);
        using var first = await AskAsync(host, host.Addresses.Http);
        using var second = await AskAsync(host, host.Addresses.Http);
        Assert.True(await IsServedAsync(first));
        Assert.True(await IsServedAsync(second));

        using var third = await AskAsync(host, host.Addresses.Http);
        using var fourth = await AskAsync(host, host.Addresses.Grpc);
        Assert.False(await IsServedAsync(third));
        Assert.False(await IsServedAsync(fourth));
        first.Dispose();

        Assert.True(await EventuallyServedAsync(host));
        var line = Assert.Single(
            host.Logs.Lines, line => line.Category.EndsWith("ConnectionGate", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Contains(option["Segmentation:".Length..], line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OfATrustedProxy_IsNotCountedByAddress()
    {
        await using var host = await GatewayHost.StartAsync(options:
        [
            ("Segmentation:Connections:MaxOpenPerAddress", "1"),
            ("Segmentation:Connections:TrustedProxies", "192.0.2.1, 127.0.0.1"),
        ]);
        using var first = await AskAsync(host, host.Addresses.Http);
        using var second = await AskAsync(host, host.Addresses.Http);

        Assert.True(await IsServedAsync(first));
        Assert.True(await IsServedAsync(second));
    }

    [Fact]
    public async Task Handle_ConnectionThatKestrelLost_GivesItsPlaceBack()
    {
        await using var host = await GatewayHost.StartAsync(
            options: [("Segmentation:Connections:MaxOpen", "1")]);
        var gate = host.App.Services.GetRequiredService<ConnectionGate>();
        BeginAndForget(gate);

        var isLetIn = false;
        for (var tries = 0; !isLetIn && tries < 100; tries++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced);
            GC.WaitForPendingFinalizers();
            await gate.HandleAsync(new DefaultConnectionContext(), _ =>
            {
                isLetIn = true;
                return Task.CompletedTask;
            });
        }

        Assert.True(isLetIn);
    }

    /// <summary>Begins to handle a connection that never ends, and keeps no reference to the handling.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BeginAndForget(ConnectionGate gate)
    {
        var isLetIn = false;
        _ = gate.HandleAsync(new DefaultConnectionContext(), _ =>
        {
            isLetIn = true;
            return new TaskCompletionSource().Task;
        });
        Assert.True(isLetIn);
    }

    /// <summary>Opens a connection and sends a request, which leaves it open.</summary>
    private static async Task<TcpClient> AskAsync(GatewayHost host, Uri server)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(server.Host, server.Port, Cancel);
        try
        {
            await connection.GetStream().WriteAsync(
                System.Text.Encoding.ASCII.GetBytes(
                    $"GET /healthz HTTP/1.1\r\nHost: {host.Addresses.Http.Authority}\r\n\r\n"),
                Cancel);
        }
        catch (IOException)
        {
            // It was closed first.
        }

        return connection;
    }

    /// <summary>Whether there is an answer, and not the end of the connection.</summary>
    private static async Task<bool> IsServedAsync(TcpClient connection)
    {
        try
        {
            return await connection.GetStream().ReadAsync(new byte[64], Cancel) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<bool> EventuallyServedAsync(GatewayHost host)
    {
        // The server notices in its own time that a client has left.
        while (!Cancel.IsCancellationRequested)
        {
            using var connection = await AskAsync(host, host.Addresses.Http);
            if (await IsServedAsync(connection))
            {
                return true;
            }
        }

        return false;
    }
}

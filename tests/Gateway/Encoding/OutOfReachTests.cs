using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Segmentation.Embeddings;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.ServiceDefaults.Hosting;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Encoding;

/// <summary>Encoders that come, go and are not found: an image is encoded, or its caller told to come back.</summary>
public sealed class OutOfReachTests
{
    private static readonly IPAddress _second = IPAddress.Parse("127.0.0.2");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(11)]
    public async Task EncodeAsync_TheStreamIsReset_TheImageIsSentAgain(int errorCode)
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = context =>
        {
            server.Answer = _ => Task.FromResult(FakeEncoderServer.Encoded());
            return FakeEncoderServer.Reset(errorCode)(context);
        };
        await using var services = GrpcImageEncoderTests.Services(server.Address);

        Assert.Equal(EncodeStatus.Encoded, (await GrpcImageEncoderTests.EncodeAsync(services)).Status);
    }

    [Fact]
    public async Task EncodeAsync_ConnectionsAreResetBeforeTheirHandshake_EveryImageIsUnavailable()
    {
        // A process that is killed while its system still takes connections for it, or a proxy without a server behind.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var resetting = ResetAllAsync(listener, stop.Token);
        await using var services = GrpcImageEncoderTests.Services(
            $"http://{listener.LocalEndpoint}", ("ReadyTimeout", "00:00:00.2"));

        var replies = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => GrpcImageEncoderTests.EncodeAsync(services, new byte[600_000])));

        Assert.All(replies, reply => Assert.Equal(EncodeStatus.Unavailable, reply.Status));
        await stop.CancelAsync();
        await resetting;
    }

    [Fact]
    public async Task EncodeAsync_EveryStreamIsReset_IsUnavailable()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = FakeEncoderServer.Reset(2);
        await using var services = GrpcImageEncoderTests.Services(server.Address);

        var reply = await GrpcImageEncoderTests.EncodeAsync(services);

        Assert.Equal(EncodeStatus.Unavailable, reply.Status);
        Assert.True(reply.RetryAfter > TimeSpan.Zero);
        Assert.Equal(3, server.Count);
    }

    [Fact]
    public async Task EncodeAsync_TheOnlyEncoderDrainsAndAnotherTakesItsPlace_TheImageWaits()
    {
        var first = await FakeEncoderServer.StartAsync();
        var done = new TaskCompletionSource();
        first.Answer = async _ =>
        {
            await done.Task;
            return FakeEncoderServer.Encoded();
        };
        await using var services = GrpcImageEncoderTests.Services(first.Address);
        var begun = GrpcImageEncoderTests.EncodeAsync(services);
        await first.NextAsync();

        // It listens no more, and its connection stays open for the image that it has.
        var draining = first.DrainAsync();
        var waiting = GrpcImageEncoderTests.EncodeAsync(services);
        await RefusesAsync(new Uri(first.Address).Port);
        done.SetResult();
        await draining;
        await first.DisposeAsync();
        await using var again = await FakeEncoderServer.StartAsync(new Uri(first.Address).Port);

        Assert.Equal(EncodeStatus.Encoded, (await begun).Status);
        Assert.Equal(EncodeStatus.Encoded, (await waiting).Status);
    }

    [Fact]
    public async Task EncodeAsync_TheNameGetsAnotherAddress_ImagesFollowWithinSeconds()
    {
        var first = await FakeEncoderServer.StartAsync();
        var port = new Uri(first.Address).Port;
        IPAddress[] listed = [IPAddress.Loopback];
        await using var services = GrpcImageEncoderTests.Services(
            $"dns:///encoders:{port}", Finding(() => listed), ("ReadyTimeout", "00:00:05"));
        Assert.Equal(EncodeStatus.Encoded, (await GrpcImageEncoderTests.EncodeAsync(services)).Status);

        // A rollout: another one is listed, the old one ends.
        await using var second = await FakeEncoderServer.StartAsync(port, _second);
        listed = [_second];
        await first.DisposeAsync();

        Assert.Equal(EncodeStatus.Encoded, (await GrpcImageEncoderTests.EncodeAsync(services)).Status);
        Assert.Equal(1, second.Count);
    }

    [Fact]
    public async Task EncodeAsync_TheNameIsLostWhileAnImageIsUnderWay_IsUnavailable()
    {
        var server = await FakeEncoderServer.StartAsync();
        IPAddress[]? listed = [IPAddress.Loopback];
        server.Answer = context =>
        {
            listed = null;
            return FakeEncoderServer.Die(context);
        };
        await using var services = GrpcImageEncoderTests.Services(
            $"dns:///encoders:{new Uri(server.Address).Port}", Finding(() => listed), ("ReadyTimeout", "00:00:01"));
        var encoding = GrpcImageEncoderTests.EncodeAsync(services);
        await server.NextAsync();
        await server.DisposeAsync();

        Assert.Equal(EncodeStatus.Unavailable, (await encoding).Status);
    }

    [Fact]
    public async Task Watch_EncodersComeAndGo_HealthGaugeAndLogSaySo()
    {
        var logs = new CollectedLogs();
        var gone = await FakeEncoderServer.StartAsync();
        var port = new Uri(gone.Address).Port;
        await gone.DisposeAsync();
        IPAddress[]? listed = null;
        await using var services = GrpcImageEncoderTests.Services(
            $"dns:///encoders:{port}",

            collection => Finding(() => listed)(collection.AddLogging(logging => AsHostsDo(logging.AddProvider(logs)))),
            ("ReadyTimeout", "00:00:00.1"));
        using var meters = new HeardMeters(services.GetRequiredService<IMeterFactory>());
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(Cancel);
        }

        var without = await HealthAsync(services, HealthStatus.Degraded, "does not resolve");
        Assert.StartsWith(
            "no encoder in reach: uploads fail, prompts on known pictures go on", without, StringComparison.Ordinal);
        Assert.Equal(0, meters["segmentation.gateway.encoders"]);
        await using var server = await FakeEncoderServer.StartAsync(port);
        listed = [IPAddress.Loopback];
        Assert.Equal("1 encoder.", await HealthAsync(services, HealthStatus.Healthy));
        Assert.Equal(1, meters["segmentation.gateway.encoders"]);
        await server.DisposeAsync();
        await HealthAsync(services, HealthStatus.Degraded);

        Assert.DoesNotContain(logs.Lines, line => line.Level >= LogLevel.Error);
        Assert.All(logs.Lines, line => Assert.DoesNotContain("Exception", line.Text, StringComparison.Ordinal));
    }

    /// <summary>Writes the lines that all hosts write.</summary>
    private static void AsHostsDo(ILoggingBuilder logging)
    {
        foreach (var (category, level) in LogDefaults.Levels.Where(one => one.Category != "Default"))
        {
            logging.AddFilter(category, Enum.Parse<LogLevel>(level));
        }
    }

    /// <summary>Waits until the encoders' health is so, and says why it is.</summary>
    private static async Task<string> HealthAsync(IServiceProvider services, HealthStatus status, string detail = "")
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);
            if (report.Status == status
                && report.Entries["encoders"].Description is { } text
                && text.Contains(detail, StringComparison.Ordinal))
            {
                return text;
            }

            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>Takes connections, reads a little and resets them.</summary>
    private static async Task ResetAllAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        var buffer = new byte[16];
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(cancellationToken);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);

                // The first bytes of a connection; the balancer opens some that it does not use yet.
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(TimeSpan.FromMilliseconds(20));
                await socket.ReceiveAsync(buffer, patience.Token).AsTask()
                    .ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    /// <summary>Waits until nobody listens on a port.</summary>
    private static async Task RefusesAsync(int port)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    /// <summary>Has names found by a test; null stands for a name that is not known.</summary>
    private static Action<IServiceCollection> Finding(Func<IPAddress[]?> addresses) => services =>
        services.AddSingleton<EncoderLookup>((_, _) => addresses() is { } found
            ? Task.FromResult(found)
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
}

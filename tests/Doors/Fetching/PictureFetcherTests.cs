using System.Net;
using System.Text;
using Segmentation.Doors.Fetching;
using static Segmentation.Doors.Tests.Fetching.FetcherOfTests;

namespace Segmentation.Doors.Tests.Fetching;

public sealed class PictureFetcherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_AllowedHost_GivesTheBytes()
    {
        await using var server = HostileServer.Of(_ => HostileServer.Ok("picture"));
        using var fetcher = Fetcher(Allowing(server));

        using var file = await FetchAsync(fetcher, $"http://127.0.0.1:{server.Port}/a.png");

        Assert.Equal("picture", Encoding.ASCII.GetString(file.Bytes));
    }

    /// <summary>However loopback is written, it is a private address, and nobody is connected to.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("localhost")]
    public async Task Fetch_LoopbackOfAListedHost_IsNotReached(string host)
    {
        await using var server = HostileServer.Of(_ => HostileServer.Ok("secret"));
        var options = new FetchingOptions
        {
            Enabled = true,
            AllowedHosts = $"127.0.0.1:{server.Port}, localhost:{server.Port}, [::ffff:127.0.0.1]:{server.Port}",
        };
        using var fetcher = Fetcher(options);

        await RefusedAsync(fetcher, $"http://{host}:{server.Port}/", "FETCH_FAILED");

        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("http://elsewhere.example/a.png")]
    [InlineData("http://127.0.0.1:1/a.png")]
    [InlineData("http://user:password@{0}/a.png")]
    [InlineData("http://user@{0}/a.png")]
    [InlineData("ftp://{0}/a.png")]
    [InlineData("file:///etc/hostname")]
    [InlineData("http://[::1]:{1}/a.png")]
    public async Task Fetch_OtherAddress_IsNotAllowed(string address)
    {
        await using var server = HostileServer.Of(_ => HostileServer.Ok("secret"));
        using var fetcher = Fetcher(Allowing(server));

        var filled = address.Replace("{0}", $"127.0.0.1:{server.Port}", StringComparison.Ordinal)
            .Replace("{1}", $"{server.Port}", StringComparison.Ordinal);
        await RefusedAsync(fetcher, filled, "FETCH_HOST_NOT_ALLOWED");

        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Fetch_Closed_SaysSo()
    {
        using var fetcher = Fetcher(new FetchingOptions());

        await RefusedAsync(fetcher, "http://127.0.0.1/", "FETCHING_CLOSED");
    }

    /// <summary>A port that nobody listens on, one that is not reached, and a name without address look alike.</summary>
    [Fact]
    public async Task Fetch_WhateverFails_LooksTheSame()
    {
        var gone = HostileServer.Of(_ => "");
        await gone.DisposeAsync();
        await using var server = HostileServer.Of(_ => HostileServer.Ok("secret"));
        var hosts = new Names { ["inside.example"] = [IPAddress.Loopback] };
        var options = new FetchingOptions
        {
            Enabled = true,
            AllowedHosts = $"inside.example:{server.Port}, 127.0.0.1:{gone.Port}, nowhere.example",
            AllowPrivateAddresses = $"127.0.0.1:{gone.Port}",
        };
        using var fetcher = Fetcher(options, hosts);

        var inside = await RefusedAsync(fetcher, $"http://inside.example:{server.Port}/", "FETCH_FAILED");
        var refused = await RefusedAsync(fetcher, $"http://127.0.0.1:{gone.Port}/", "FETCH_FAILED");
        var nowhere = await RefusedAsync(fetcher, "http://nowhere.example/", "FETCH_FAILED");

        Assert.Equal(Rest(inside, "inside.example"), Rest(refused, "127.0.0.1"));
        Assert.Equal(Rest(inside, "inside.example"), Rest(nowhere, "nowhere.example"));
        Assert.Equal(0, server.Connections);

        static string Rest(string sentence, string host) => sentence.Replace(host, "?", StringComparison.Ordinal);
    }

    /// <summary>A name that is public when it is looked at and private when it is used: it is resolved once only.</summary>
    [Fact]
    public async Task Fetch_RebindingName_IsCheckedWhereItIsConnectedTo()
    {
        await using var server = HostileServer.Of(_ => HostileServer.Ok("secret"));
        var hosts = new Names { ["rebind.example"] = [IPAddress.Loopback, IPAddress.Parse("169.254.169.254")] };
        using var fetcher = Fetcher(
            new FetchingOptions { Enabled = true, AllowedHosts = $"rebind.example:{server.Port}" }, hosts);

        for (var i = 0; i < 3; i++)
        {
            await RefusedAsync(fetcher, $"http://rebind.example:{server.Port}/", "FETCH_FAILED");
        }

        Assert.Equal(3, hosts.Asked);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Fetch_PrivateHostOfTheOperator_IsReachedByItsName()
    {
        await using var server = HostileServer.Of(_ => HostileServer.Ok("picture"));
        var hosts = new Names { ["studio.internal"] = [IPAddress.Loopback] };
        using var fetcher = Fetcher(
            new FetchingOptions
            {
                Enabled = true,
                AllowedHosts = $"*.internal:{server.Port}",
                AllowPrivateAddresses = $"studio.internal:{server.Port}",
            },
            hosts);

        using var file = await FetchAsync(fetcher, $"http://studio.internal:{server.Port}/");

        Assert.Equal(7, file.Bytes.Length);
    }

    [Fact]
    public async Task Fetch_TooLarge_IsStopped()
    {
        await using var announced = HostileServer.Of(_ => $"HTTP/1.1 200 OK\r\nContent-Length: {MaxBytes + 1}\r\n\r\n");
        await using var endless = new HostileServer(async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            while (true)
            {
                await stream.WriteAsync(new byte[1024], token);
            }
        });
        using var one = Fetcher(Allowing(announced));
        using var other = Fetcher(Allowing(endless));

        await RefusedAsync(one, $"http://127.0.0.1:{announced.Port}/", "IMAGE_TOO_LARGE");
        await RefusedAsync(other, $"http://127.0.0.1:{endless.Port}/", "IMAGE_TOO_LARGE");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n")]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("")]
    public async Task Fetch_BrokenAnswer_Fails(string answer)
    {
        await using var server = HostileServer.Of(_ => answer);
        using var fetcher = Fetcher(Allowing(server));

        await RefusedAsync(fetcher, $"http://127.0.0.1:{server.Port}/", "FETCH_FAILED");
    }

    [Fact]
    public async Task Fetch_SlowDrip_EndsInTime()
    {
        await using var server = new HostileServer(async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"u8.ToArray(), token);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await timer.WaitForNextTickAsync(token))
            {
                await stream.WriteAsync("."u8.ToArray(), token);
            }
        });
        var options = Allowing(server);
        options.Timeout = TimeSpan.FromMilliseconds(300);
        using var fetcher = Fetcher(options);

        await RefusedAsync(fetcher, $"http://127.0.0.1:{server.Port}/", "FETCH_FAILED");
    }

    [Fact]
    public async Task Fetch_ErrorStatus_IsTold()
    {
        await using var server = HostileServer.Of(_ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var fetcher = Fetcher(Allowing(server));

        Assert.Contains(
            "404", await RefusedAsync(fetcher, $"http://127.0.0.1:{server.Port}/", "FETCH_REFUSED"), StringComparison.Ordinal);
    }

    /// <summary>The same address at the same time is one fetch; one too many of others is refused.</summary>
    [Fact]
    public async Task Fetch_AtTheSameTime_IsSharedAndBounded()
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new HostileServer(async (_, stream, token) =>
        {
            isAsked.TrySetResult();
            await mayAnswer.Task.WaitAsync(token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(HostileServer.Ok("picture")), token);
        });
        var options = Allowing(server);
        options.MaxFetchesPerTenant = 1;
        using var fetcher = Fetcher(options);
        var address = $"http://127.0.0.1:{server.Port}/a";

        Task<FetchedFile>[] fetches = [FetchAsync(fetcher, address), FetchAsync(fetcher, address)];
        await isAsked.Task.WaitAsync(Token);
        await RefusedAsync(fetcher, $"{address}/other", "FETCHES_IN_FLIGHT");
        mayAnswer.SetResult();

        foreach (var file in await Task.WhenAll(fetches))
        {
            file.Dispose();
        }

        Assert.Single(server.Heads);
    }

    [Fact]
    public async Task Fetch_CallerLeaves_Ends()
    {
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new HostileServer((_, _, token) =>
        {
            isAsked.TrySetResult();
            return Task.Delay(System.Threading.Timeout.Infinite, token);
        });
        using var fetcher = Fetcher(Allowing(server));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var fetch = fetcher.FetchAsync("a", new(new Uri($"http://127.0.0.1:{server.Port}/")), MaxBytes, leave.Token);
        await isAsked.Task.WaitAsync(Token);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    /// <summary>Names of hosts in a test.</summary>
    private sealed class Names : Dictionary<string, IPAddress[]>, IHostAddresses
    {
        public int Asked { get; private set; }

        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            Asked++;
            return TryGetValue(host, out var addresses)
                ? Task.FromResult(addresses)
                : Task.FromException<IPAddress[]>(
                    new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
        }
    }
}

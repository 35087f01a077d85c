using System.Net;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.Tests.Fetching;

public sealed class PictureFetcherTests
{
    private const int MaxBytes = 4096;

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
    public async Task Fetch_RedirectOnTheHost_IsFollowed()
    {
        await using var server = HostileServer.Of(
            path => path == "/b" ? HostileServer.Ok("picture") : HostileServer.Redirect("/b"));
        using var fetcher = Fetcher(Allowing(server));

        using var file = await FetchAsync(fetcher, $"http://127.0.0.1:{server.Port}/a");

        Assert.Equal(2, server.Heads.Count);
    }

    [Theory]
    [InlineData("http://localhost:{0}/secret")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("file:///etc/hostname")]
    [InlineData("//localhost:{0}/secret")]
    [InlineData("/again")]
    public async Task Fetch_OtherRedirect_IsNotFollowed(string to)
    {
        HostileServer? self = null;
        await using var server = self = HostileServer.Of(path => path == "/secret"
            ? HostileServer.Ok("secret")
            : HostileServer.Redirect(to.Replace("{0}", $"{self!.Port}", StringComparison.Ordinal)));
        var options = Allowing(server);
        options.AllowedHosts += $", localhost:{server.Port}";
        options.AllowPrivateAddresses = options.AllowedHosts;
        using var fetcher = Fetcher(options);

        await RefusedAsync(fetcher, $"http://127.0.0.1:{server.Port}/a", "FETCH_REDIRECTED");

        Assert.DoesNotContain(server.Heads, head => head.Contains("/secret", StringComparison.Ordinal));
    }

    /// <summary>Credentials go to the first origin, neither to the host that it leads to nor back again.</summary>
    [Fact]
    public async Task Fetch_RedirectElsewhere_TakesNoCredentials()
    {
        HostileServer? self = null;
        await using var store = HostileServer.Of(path => path == "/last"
            ? HostileServer.Ok("picture")
            : HostileServer.Redirect($"http://127.0.0.1:{self!.Port}/back"));
        await using var studio = self = HostileServer.Of(path => path == "/back"
            ? HostileServer.Redirect($"http://localhost:{store.Port}/last")
            : HostileServer.Redirect($"http://localhost:{store.Port}/first"));
        var hosts = $"127.0.0.1:{studio.Port}, localhost:{store.Port}";
        using var fetcher = Fetcher(
            new FetchingOptions { Enabled = true, AllowedHosts = hosts, AllowPrivateAddresses = hosts });

        using var file = await fetcher.FetchAsync(
            "a",
            new(new Uri($"http://127.0.0.1:{studio.Port}/data/a")) { Authorization = "Token t0ken", MayLeaveHost = true },
            MaxBytes,
            Token);

        Assert.Equal([true, false], studio.Heads.Select(IsTold));
        Assert.Equal([false, false], store.Heads.Select(IsTold));

        static bool IsTold(string head) => head.Contains("Authorization: Token t0ken", StringComparison.Ordinal);
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

    private static FetchingOptions Allowing(HostileServer server) => new()
    {
        Enabled = true,
        AllowedHosts = $"127.0.0.1:{server.Port}",
        AllowPrivateAddresses = $"127.0.0.1:{server.Port}",
    };

    private static PictureFetcher Fetcher(FetchingOptions options, IHostAddresses? hosts = null)
    {
        var policy = new FetchPolicy(Options.Create(options));
        return new PictureFetcher(
            policy,
            new PinnedConnections(policy, hosts ?? new DnsHostAddresses()),
            Options.Create(options),
            TimeProvider.System,
            NullLogger<PictureFetcher>.Instance);
    }

    private static Task<FetchedFile> FetchAsync(PictureFetcher fetcher, string address) =>
        fetcher.FetchAsync("a", new(new Uri(address)), MaxBytes, Token);

    private static async Task<string> RefusedAsync(PictureFetcher fetcher, string address, string reason)
    {
        var problem = await Assert.ThrowsAsync<RpcException>(() => FetchAsync(fetcher, address));
        Assert.Equal(reason, DoorProblem.ReasonOf(problem));
        return problem.Status.Detail;
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

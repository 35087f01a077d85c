using Segmentation.Doors.Fetching;
using static Segmentation.Doors.Tests.Fetching.FetcherOfTests;

namespace Segmentation.Doors.Tests.Fetching;

/// <summary>Redirects: on a host they are followed, elsewhere only where a request says so, and without credentials.</summary>
public sealed class FetchRedirectTests
{
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
            TestContext.Current.CancellationToken);

        Assert.Equal([true, false], studio.Heads.Select(IsTold));
        Assert.Equal([false, false], store.Heads.Select(IsTold));

        static bool IsTold(string head) => head.Contains("Authorization: Token t0ken", StringComparison.Ordinal);
    }
}

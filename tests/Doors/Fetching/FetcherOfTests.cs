using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;

namespace Segmentation.Doors.Tests.Fetching;

/// <summary>Fetchers with a test's options.</summary>
internal static class FetcherOfTests
{
    /// <summary>Bytes of the largest file in tests.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Options that allow a server on loopback.</summary>
    public static FetchingOptions Allowing(HostileServer server) => new()
    {
        Enabled = true,
        AllowedHosts = $"127.0.0.1:{server.Port}",
        AllowPrivateAddresses = $"127.0.0.1:{server.Port}",
    };

    /// <summary>A fetcher.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="hosts">Resolves names; null: the system does.</param>
    public static PictureFetcher Fetcher(FetchingOptions options, IHostAddresses? hosts = null)
    {
        var policy = new FetchPolicy(Options.Create(options));
        return new PictureFetcher(
            policy,
            new PinnedConnections(policy, hosts ?? new DnsHostAddresses()),
            Options.Create(options),
            TimeProvider.System,
            NullLogger<PictureFetcher>.Instance);
    }

    /// <summary>Fetches for tenant a.</summary>
    public static Task<FetchedFile> FetchAsync(PictureFetcher fetcher, string address) =>
        fetcher.FetchAsync("a", new(new Uri(address)), MaxBytes, TestContext.Current.CancellationToken);

    /// <summary>The words of a refusal with a reason.</summary>
    public static async Task<string> RefusedAsync(PictureFetcher fetcher, string address, string reason)
    {
        var problem = await Assert.ThrowsAsync<RpcException>(() => FetchAsync(fetcher, address));
        Assert.Equal(reason, DoorProblem.ReasonOf(problem));
        return problem.Status.Detail;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Everything;

/// <summary>The same final masks in the same order, whatever becomes of which silo.</summary>
public sealed class ManySilosTests
{
    private const int Timeout = 60_000;

    [Theory(Timeout = Timeout)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task SegmentEverything_Silos_AllDoPartsAndTheMasksAreTheSame(int silos)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await Searching.StartAsync(Searching.Silos(silos));
        var held = new HeldSearches(host.Grain);
        var search = host.SearchAsync(Searching.Request(), cancel);
        var first = await held.ArriveAsync(Math.Min(4, 2 * silos));
        held.LetAll();

        Assert.Equal(Searching.Expected(Searching.Options), (await search).Masks());
        Assert.Equal(Math.Min(4, silos), first.Distinct().Count());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task SegmentEverything_AtTwoGateways_EachPartGoesToTheSameSiloAndIsLeftThere(int count)
    {
        var cancel = TestContext.Current.CancellationToken;
        var silos = Searching.Silos(count);
        await using var first = await Searching.StartAsync(silos);
        await using var second = await Searching.StartAsync([.. silos.Reverse()]);

        var parts = await Task.WhenAll(FirstPartsAsync(first), FirstPartsAsync(second));

        Assert.Equal(4, parts[0].Count);
        Assert.Equal(parts[0], parts[1]);
        var search = Assert.Single(first.Grain.LeftSearches.Select(left => left.Search).Distinct());
        Assert.All(first.Grain.Searches, part => Assert.Equal(search, part.Request.Search));
        Assert.Equal(count, first.Grain.LeftSearches.Count);

        async Task<List<string>> FirstPartsAsync(GatewayHost host)
        {
            var held = new HeldSearches(host.Grain);
            var running = host.SearchAsync(Searching.Request(), cancel);
            await held.ArriveAsync(4);
            var asked = host.Grain.Searches.Select(part => $"{part.Key} {part.Request.Points[0]}");
            List<string> sent = [.. asked.Order(StringComparer.Ordinal)];
            held.LetAll();
            Assert.Equal(Searching.Expected(Searching.Options), (await running).Masks());
            return sent;
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_SiloIsLost_ItsPartsAreRepeatedElsewhere()
    {
        var cancel = TestContext.Current.CancellationToken;
        var silos = Searching.Silos(2);
        await using var host = await Searching.StartAsync(silos);
        var held = new HeldSearches(host.Grain);
        var search = host.SearchAsync(Searching.Request(), cancel);
        await held.ArriveAsync(4);

        var routes = host.App.Services.GetRequiredService<SiloRegistry>();
        routes.Remove(routes.All.Single(route => route.Address!.Equals(silos[0])));
        await held.AreCancelledAsync(2);
        held.LetAll();

        Assert.Equal(Searching.Expected(Searching.Options), (await search).Masks());
        Assert.Equal(6, host.Grain.Searches.Count);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(DecodeStatus.Overloaded)]
    [InlineData(DecodeStatus.ImageNotFound)]
    public async Task SegmentEverything_SiloRefuses_AnotherDoesItsParts(DecodeStatus status)
    {
        var cancel = TestContext.Current.CancellationToken;
        var silos = Searching.Silos(2);
        await using var host = await Searching.StartAsync(silos);
        host.Grain.BeforeSearch = (key, _, _) => Task.FromResult(silos[0].Equals(ImageAddress.SiloOf(key))
            ? new PointsReply { Status = status, RetryAfter = TimeSpan.FromMinutes(1) }
            : null);

        var responses = await host.SearchAsync(Searching.Request(), cancel);

        Assert.Equal(Searching.Expected(Searching.Options), responses.Masks());
        Assert.Single(host.Encoder.Encoded);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_SiloDrains_GetsNoFurtherParts()
    {
        var cancel = TestContext.Current.CancellationToken;
        var silos = Searching.Silos(2);
        await using var host = await Searching.StartAsync(silos);
        var request = Searching.Request();
        request.Options.PointsPerSide = 16;
        host.Grain.BeforeSearch = (key, part, _) => Task.FromResult(silos[0].Equals(ImageAddress.SiloOf(key))
            ? FakeFinds.Of(part) with { IsSiloDraining = true }
            : null);

        var responses = await host.SearchAsync(request, cancel);

        Assert.Equal(Searching.Expected(Searching.Options with { PointsPerSide = 16 }), responses.Masks());
        var drained = host.Grain.Searches.Count(search => silos[0].Equals(ImageAddress.SiloOf(search.Key)));
        Assert.InRange(drained, 1, 2);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_NoSiloHasTheEmbedding_IsTakenThere()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await Searching.StartAsync(Searching.Silos(2));
        host.Grain.BeforeSearch = (_, _, _) => Task.FromResult(
            host.Grain.Adopted.IsEmpty ? new PointsReply { Status = DecodeStatus.ImageNotFound } : null);

        var responses = await host.SearchAsync(Searching.Request(), cancel);

        Assert.Equal(Searching.Expected(Searching.Options), responses.Masks());
        Assert.Single(host.Encoder.Encoded);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_NoSiloAndNoStoreHasTheEmbedding_IsEncodedOnceMore()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await Searching.StartAsync(Searching.Silos(2));
        host.Grain.BeforeSearch = (_, _, _) =>
        {
            if (host.Encoder.Encoded.Count > 1)
            {
                return Task.FromResult<PointsReply?>(null);
            }

            host.Store.Clear();
            return Task.FromResult<PointsReply?>(new PointsReply { Status = DecodeStatus.ImageNotFound });
        };

        var responses = await host.SearchAsync(Searching.Request(), cancel);

        Assert.Equal(Searching.Expected(Searching.Options), responses.Masks());
        Assert.Equal(2, host.Encoder.Encoded.Count);
    }

    [Fact(Timeout = Timeout)]
    public async Task SegmentEverything_NoSiloEverHasTheEmbedding_SaysSo()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var host = await Searching.StartAsync(Searching.Silos(2));
        host.Grain.BeforeSearch = (_, _, _) =>
            Task.FromResult<PointsReply?>(new PointsReply { Status = DecodeStatus.ImageNotFound });

        var error = await Requests.FailsAsync(
            StatusCode.Unavailable, () => host.SearchAsync(Searching.Request(), cancel));

        Assert.Equal("EMBEDDING_LOST", error.Reason());
    }
}

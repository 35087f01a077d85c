using Microsoft.Extensions.DependencyInjection;
using Segmentation.Embeddings;

namespace Segmentation.Gateway.Tests.Encoding;

public sealed class BalancingTests : IAsyncLifetime
{
    private readonly List<FakeEncoderServer> _servers = [];
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _servers.Add(await FakeEncoderServer.StartAsync());
        }

        _services = GrpcImageEncoderTests.Services(string.Join(',', _servers.Select(server => server.Address)));

        // Connections are made side by side with the first call; balancing is among those that stand.
        while (_servers.Any(server => server.Count == 0))
        {
            await EncodeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Encode_EncodersAreBusy_EachImageGoesToTheOneWithTheFewest()
    {
        var before = _servers.Select(server => server.Count).ToList();
        var release = new TaskCompletionSource();
        _servers.ForEach(server => server.Answer = async _ =>
        {
            await release.Task;
            return FakeEncoderServer.Encoded();
        });
        var images = Enumerable.Range(0, 9).Select(_ => EncodeAsync()).ToList();
        foreach (var server in _servers)
        {
            await server.ReceivedAsync(before[_servers.IndexOf(server)] + 3);
        }

        release.SetResult();
        Assert.All(await Task.WhenAll(images), reply => Assert.Equal(EncodeStatus.Encoded, reply.Status));
    }

    [Fact]
    public async Task Encode_OneEncoderDiesWithEveryImage_NoneIsLostAndItIsAskedNoMore()
    {
        _servers[0].Answer = FakeEncoderServer.Die;
        var before = _servers[0].Count;
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(EncodeStatus.Encoded, (await EncodeAsync()).Status);
        }

        Assert.Equal(before + 1, _servers[0].Count);
    }

    private Task<EncodeReply> EncodeAsync() => GrpcImageEncoderTests.EncodeAsync(_services);
}

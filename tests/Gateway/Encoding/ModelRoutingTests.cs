using System.Net;
using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Encoding;

namespace Segmentation.Gateway.Tests.Encoding;

/// <summary>Images go to encoders that serve their model.</summary>
public sealed class ModelRoutingTests
{
    private static readonly string _a = new('a', 64);
    private static readonly string _c = new('c', 64);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encode_TwoPools_EachImageGoesToTheOneOfItsModel()
    {
        await using var first = await StartAsync(_a);
        await using var second = await StartAsync(_c);
        await using var both = await StartAsync(_a, _c);
        await using var services = GrpcImageEncoderTests.Services($"{first.Address},{second.Address},{both.Address}");

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(EncodeStatus.Encoded, (await EncodeAsync(services, _a)).Status);
            Assert.Equal(EncodeStatus.Encoded, (await EncodeAsync(services, _c)).Status);
        }

        Assert.Equal(12, first.Count + second.Count + both.Count);
        Assert.InRange(first.Count, 1, 6);
        Assert.InRange(second.Count, 1, 6);
    }

    [Fact]
    public async Task Encode_NoEncoderOfTheModel_IsUnavailableAndNamesIt()
    {
        await using var server = await StartAsync(_a);
        await using var services = GrpcImageEncoderTests.Services(server.Address, ("ReadyTimeout", "00:00:00.5"));
        Assert.Equal(EncodeStatus.Encoded, (await EncodeAsync(services, _a)).Status);

        var reply = await EncodeAsync(services, _c);

        Assert.Equal(EncodeStatus.Unavailable, reply.Status);
        Assert.Contains($"serves model {_c}", reply.Message, StringComparison.Ordinal);
        var readiness = services.GetRequiredService<IModelReadiness>();
        Assert.True(readiness.IsServed(new ModelIdentity("one", _a, "v1")));
        Assert.False(readiness.IsServed(new ModelIdentity("two", _c, "v1")));
        Assert.False(readiness.IsServed(new ModelIdentity("one", _a, "v2")));
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task Encode_AnEncoderOfTheModelComes_TheImageHasWaited()
    {
        await using var server = await StartAsync(_a);
        await using var services = GrpcImageEncoderTests.Services(server.Address);
        await EncodeAsync(services, _a);

        var waiting = EncodeAsync(services, _c);
        Assert.False(waiting.IsCompleted);
        server.Models = [_a, _c];

        Assert.Equal(EncodeStatus.Encoded, (await waiting).Status);
    }

    [Fact]
    public async Task Encode_TheEncoderServesOtherModelsThanItSaid_AnotherOneIsAsked()
    {
        await using var changed = await StartAsync(_a);
        await using var services = GrpcImageEncoderTests.Services(changed.Address);
        await EncodeAsync(services, _a);
        var refusals = 0;
        changed.Answer = _ =>
        {
            if (refusals++ == 0)
            {
                throw new Google.Rpc.Status
                {
                    Code = (int)StatusCode.FailedPrecondition,
                    Details =
                    {
                        Google.Protobuf.WellKnownTypes.Any.Pack(
                            new ErrorInfo { Domain = "segmentation", Reason = "MODEL_MISMATCH" }),
                    },
                }.ToRpcException();
            }

            return Task.FromResult(FakeEncoderServer.Encoded());
        };

        var reply = await EncodeAsync(services, _a);

        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.Equal(1, refusals - 1);
    }

    [Fact]
    public async Task Encode_OneOfTwoNamesDoesNotResolve_TheOtherIsUsed()
    {
        await using var server = await StartAsync(_a);
        EncoderLookup lookup = (host, _) => host == "pool-a"
            ? Task.FromResult(new[] { IPAddress.Loopback })
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        await using var services = GrpcImageEncoderTests.Services(
            $"dns:///pool-b:7090,dns:///pool-a:{new Uri(server.Address).Port}",
            one => one.AddSingleton(lookup),
            ("ReadyTimeout", "00:00:05"));

        Assert.Equal(EncodeStatus.Encoded, (await EncodeAsync(services, _a)).Status);
    }

    private static async Task<FakeEncoderServer> StartAsync(params string[] models)
    {
        var server = await FakeEncoderServer.StartAsync();
        server.Models = models;
        return server;
    }

    private static Task<EncodeReply> EncodeAsync(ServiceProvider services, string digest) =>
        services.GetRequiredService<IImageEncoder>().EncodeAsync(
            EmbeddingKey.Create("default", new ModelIdentity("tiny", digest, "v1"), new string('b', 64)),
            new byte[] { 1, 2, 3 },
            Cancel);
}

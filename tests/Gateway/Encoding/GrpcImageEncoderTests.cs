using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Embeddings;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Errors;
using Segmentation.Protocol.Encoder.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Encoding;

public sealed class GrpcImageEncoderTests
{
    private static readonly EmbeddingKey _key = EmbeddingKey.Create(
        "default", new ModelIdentity("tiny", new string('a', 64), "v1"), new string('b', 64));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAsync_AnImageOfManyChunks_ArrivesWhole()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        await using var services = Services(server.Address);
        var file = new byte[700_000];
        Random.Shared.NextBytes(file);

        var reply = await EncodeAsync(services, file);

        Assert.Equal(file, await server.NextAsync());
        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.Equal(new EmbeddingInfo(6, 4, 3, "image/png"), reply.Info);
        Assert.Equal(TimeSpan.FromSeconds(1), reply.EncodeTime);
        Assert.Null(reply.Embedding);
    }

    [Fact]
    public async Task EncodeAsync_AnEmbeddingOfSeveralTensors_Arrives()
    {
        // SAM-HQ's, the largest: [256, 64, 64] and [64, 64, 1280].
        var values = new byte[2 * (Embedding.Length + 64 * 64 * 1280)];
        Random.Shared.NextBytes(values);
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = _ =>
        {
            var answer = FakeEncoderServer.Encoded();
            answer.Embedding = Google.Protobuf.ByteString.CopyFrom(values);
            return Task.FromResult(answer);
        };
        await using var services = Services(server.Address);

        var reply = await EncodeAsync(services);

        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.True(values.AsSpan().SequenceEqual(reply.Embedding!.Float16.Span));
    }

    [Fact]
    public async Task EncodeAsync_EveryEncoderDies_IsUnavailableAfterThreeAttempts()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = context => Fail(StatusCode.Unavailable, "ENCODER_STOPPING");
        await using var services = Services(server.Address);

        var reply = await EncodeAsync(services);

        Assert.Equal(EncodeStatus.Unavailable, reply.Status);
        Assert.Equal(3, server.Count);
    }

    [Fact]
    public async Task EncodeAsync_NoBudgetLeft_IsNotRepeated()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = context => Fail(StatusCode.Unavailable, "ENCODER_STOPPING");
        await using var services = Services(server.Address, ("RetryBurst", "1"));
        await EncodeAsync(services);

        await EncodeAsync(services);

        Assert.Equal(3, server.Count);
    }

    [Fact]
    public async Task EncodeAsync_NobodyListens_IsUnavailable()
    {
        string address;
        await using (var gone = await FakeEncoderServer.StartAsync())
        {
            address = gone.Address;
        }

        await using var services = Services(address, ("ReadyTimeout", "00:00:00.1"));

        Assert.Equal(EncodeStatus.Unavailable, (await EncodeAsync(services)).Status);
    }

    [Fact]
    public async Task EncodeAsync_TheOnlyEncoderDiesAndComesBack_TheImageIsEncoded()
    {
        var first = await FakeEncoderServer.StartAsync();
        var dies = new TaskCompletionSource();
        first.Answer = async context =>
        {
            await dies.Task;
            return await FakeEncoderServer.Die(context);
        };
        await using var services = Services(first.Address);
        var encoding = EncodeAsync(services);
        await first.NextAsync();

        // It listens no more before its connections break, as with a process that is killed.
        var gone = first.DisposeAsync();
        dies.SetResult();
        await gone;
        await using var again = await FakeEncoderServer.StartAsync(new Uri(first.Address).Port);

        Assert.Equal(EncodeStatus.Encoded, (await encoding).Status);
    }

    [Fact]
    public async Task EncodeAsync_ABadImage_SaysWhy()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = _ => Fail(StatusCode.InvalidArgument, "IMAGE_DAMAGED");
        await using var services = Services(server.Address);

        var reply = await EncodeAsync(services);

        Assert.Equal((EncodeStatus.InvalidImage, "DAMAGED", "Why."), (reply.Status, reply.Reason, reply.Message));
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task EncodeAsync_AnOverloadedEncoder_SaysWhenToTryAgain()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = _ => Fail(StatusCode.ResourceExhausted, "ENCODER_OVERLOADED", TimeSpan.FromSeconds(7));
        await using var services = Services(server.Address);

        var reply = await EncodeAsync(services);

        Assert.Equal((EncodeStatus.Overloaded, TimeSpan.FromSeconds(7)), (reply.Status, reply.RetryAfter));
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task EncodeAsync_TheCallerGivesUp_TheEncoderIsToldAndNobodyElseIsAsked()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        var told = new TaskCompletionSource();
        server.Answer = context =>
        {
            context.CancellationToken.Register(told.SetResult);
            return new TaskCompletionSource<EncodeResponse>().Task.WaitAsync(context.CancellationToken);
        };
        await using var services = Services(server.Address);
        using var givesUp = new CancellationTokenSource();
        var call = services.GetRequiredService<IImageEncoder>().EncodeAsync(_key, new byte[3], givesUp.Token);
        await server.NextAsync();

        await givesUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await told.Task.WaitAsync(Cancel);
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task EncodeAsync_WithinATrace_TheEncoderGetsItThroughSpansThatAreHeard()
    {
        using var spans = new HeardSpans("Grpc.Net.Client", "System.Net.Http");
        await using var server = await FakeEncoderServer.StartAsync();
        var received = "";
        server.Answer = context =>
        {
            received = context.RequestHeaders.GetValue("traceparent");
            return Task.FromResult(FakeEncoderServer.Encoded());
        };
        await using var services = Services(server.Address);
        using var call = spans.Begin();

        await EncodeAsync(services);

        var grpc = await spans.OneAsync("Grpc.Net.Client.GrpcOut");
        var http = await spans.OneAsync("System.Net.Http.HttpRequestOut");
        Assert.Equal(call.SpanId, grpc.ParentSpanId);
        Assert.Equal(grpc.SpanId, http.ParentSpanId);
        Assert.Equal($"00-{call.TraceId}-{http.SpanId}-01", received);
    }

    [Fact]
    public async Task EncodeAsync_EncodersThatDie_RepetitionsAreCounted()
    {
        await using var server = await FakeEncoderServer.StartAsync();
        server.Answer = context => Fail(StatusCode.Unavailable, "ENCODER_STOPPING");
        await using var services = Services(server.Address);
        using var meters = new HeardMeters(services.GetRequiredService<IMeterFactory>());

        await EncodeAsync(services);

        Assert.Equal(2, meters["segmentation.gateway.encodes.repeated"]);
    }

    [Theory]
    [InlineData("dns:///encoder:7090", true)]
    [InlineData("dns:///encoder", true)]
    [InlineData("dns:///encoder:7090/path", false)]
    [InlineData("http://a:1", true)]
    [InlineData("http://a:1, http://b:2", true)]
    [InlineData("", false)]
    [InlineData("encoder:7090", false)]
    [InlineData("http://a:1,", false)]
    [InlineData("https://a:1", false)]
    [InlineData("http://a:1/path", false)]
    public void Validate_AnAddress_IsOfAKnownFormOrNamed(string address, bool isValid)
    {
        var result = new EncodersOptionsValidator().Validate(null, new EncodersOptions { Address = address });

        Assert.Equal(isValid, result.Succeeded);
        Assert.Equal(isValid, result.FailureMessage?.Contains("Segmentation:Encoders:Address", StringComparison.Ordinal) != true);
    }

    internal static Task<EncodeReply> EncodeAsync(IServiceProvider services, byte[]? file = null) =>
        services.GetRequiredService<IImageEncoder>().EncodeAsync(_key, file ?? new byte[3], Cancel);

    private static Task<EncodeResponse> Fail(StatusCode code, string reason, TimeSpan retryAfter = default) =>
        Task.FromException<EncodeResponse>(Problem.TryLater(code, reason, "Why.", retryAfter).ToRpcException());

    internal static ServiceProvider Services(string address, params (string Key, string Value)[] options) =>
        Services(address, _ => { }, options);

    internal static ServiceProvider Services(
        string address, Action<IServiceCollection> configure, params (string Key, string Value)[] options)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            options.Append(("Address", address)).Select(
                o => KeyValuePair.Create<string, string?>($"{EncodersOptions.Section}:{o.Item1}", o.Item2))).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging();
        configure(services);
        return services.AddGrpcImageEncoder().BuildServiceProvider();
    }
}

using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Gateway.Tests.Routing;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Segmenting;

/// <summary>What a click leaves for the gateway's garbage collector besides the messages themselves.</summary>
public sealed class AllocationTests
{
    private const int Runs = 200;

    [Theory]
    [InlineData(10)]
    [InlineData(3_000)]
    [InlineData(9_000)]
    public void Answer_WithRunLengths_IsWrittenIntoTheConnectionsMemoryAndNoOther(int length)
    {
        var response = new SegmentResponse { Results = { new PromptResult() } };
        for (var i = 0; i < 3; i++)
        {
            var runs = new RunLengthEncoding { Size = { 4, 6 }, Counts = new string((char)('0' + i), length) };
            response.Results[0].Masks.Add(new Mask { Id = $"mask-{i}", Rle = runs });
        }

        var write = Marshaller().ContextualSerializer;
        var connection = new Connection();
        write(response, connection);

        Assert.Equal(response.ToByteArray(), connection.Take());
        Assert.InRange(Allocated.Least(Runs, () => write(response, connection)), 0, 300);
    }

    [Fact]
    public void Answer_LargerThanAPiece_IsTheSameMessage()
    {
        var logits = ByteString.CopyFrom(new byte[256 * 1024]);
        var result = new PromptResult { Masks = { new Mask { Logits = logits } } };
        var response = new SegmentResponse { Results = { result } };
        var connection = new Connection();

        Marshaller().ContextualSerializer(response, connection);

        Assert.Equal(response.ToByteArray(), connection.Take());
    }

    [Theory]
    [InlineData(1, 2_200)]
    [InlineData(3, 3_500)]
    public async Task DecodeAsync_TheSiloAnswers_AllocatesLittle(int silos, int mostBytes)
    {
        using var harness = new RoutingHarness(silos);
        var reply = new DecodeReply { Status = DecodeStatus.Ok };
        harness.Grain.Before = (_, _, _) => Task.FromResult<DecodeReply?>(reply);
        var affinity = new SiloAffinity();
        var cancellation = TestContext.Current.CancellationToken;
        var decode = Task.FromResult<DecodeReply?>(null);
        var bytes = Allocated.Least(Runs, () =>
        {
            decode = harness.Decoder.DecodeAsync(
                RoutingHarness.Key, RoutingHarness.Click, affinity, MaskReplayPlan.None, cancellation);
            Assert.True(decode.IsCompletedSuccessfully, "What other threads allocate is not measured.");
        });

        Assert.Same(reply, await decode);
        TestContext.Current.TestOutputHelper!.WriteLine($"{bytes} bytes a request");
        Assert.InRange(bytes, 0, mostBytes);
    }

    private static Marshaller<SegmentResponse> Marshaller()
    {
        var methods = new Methods();
        SegmentationMethods.Bind(methods, null);
        return methods.Segment!;
    }

    /// <summary>Takes the marshaller of unary answers out; those of the others are made alike.</summary>
    private sealed class Methods : ServiceBinderBase
    {
        public Marshaller<SegmentResponse>? Segment { get; private set; }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Segment = method.ResponseMarshaller as Marshaller<SegmentResponse>;

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }
    }

    /// <summary>Memory in blocks of 4 KB, or larger ones for those who ask, as a connection's.</summary>
    private sealed class Connection : SerializationContext, IBufferWriter<byte>
    {
        private const int Block = 4096;
        private readonly byte[] _memory = new byte[1024 * 1024];
        private int _written;

        /// <summary>What was written so far.</summary>
        public byte[] Take() => _memory[.._written];

        public override void SetPayloadLength(int payloadLength) => _written = 0;

        public override IBufferWriter<byte> GetBufferWriter() => this;

        public override void Complete()
        {
        }

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) =>
            _memory.AsMemory(_written, Math.Max(sizeHint, Block - (_written % Block)));

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}

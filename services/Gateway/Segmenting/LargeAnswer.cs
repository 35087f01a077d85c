using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Images;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>
/// An answer that is too large to be held as objects and once more as bytes: each prompt's masks become bytes when they
/// come from the silo. Not safe for concurrent use.
/// </summary>
/// <param name="held">Its bytes in the budget; given back with the answer.</param>
internal sealed class LargeAnswer(AnswerReservation held) : IDisposable
{
    // The field of the response and its length, before every result.
    private const int Around = 16;

    private readonly AnswerBlocks _results = new();
    private readonly Queue<int> _lengths = [];
    private SegmentResponse _image = new();
    private SegmentResponse _duration = new();

    /// <summary>Its bytes in the budget.</summary>
    public AnswerReservation Held => held;

    /// <summary>Bytes of the results so far.</summary>
    public long Length => _results.Length;

    /// <summary>Bytes of the whole message.</summary>
    public long MessageBytes => Length + _image.CalculateSize() + _duration.CalculateSize();

    /// <summary>Adds the masks of the next prompt.</summary>
    public void Add(PromptResult result)
    {
        var before = _results.Length;
        _results.Add(new SegmentResponse { Results = { result } });
        _lengths.Enqueue((int)(_results.Length - before));
    }

    /// <summary>Completes it with what stands around the results.</summary>
    public void Finish(StoredImage image, TimeSpan decodeTime)
    {
        _image = new SegmentResponse { Image = image.ToMessage() };
        _duration = new SegmentResponse { DecodeDuration = Duration.FromTimeSpan(decodeTime) };
    }

    /// <summary>The response without its results, for forms other than the gRPC message.</summary>
    public SegmentResponse Frame() => new() { Image = _image.Image, DecodeDuration = _duration.DecodeDuration };

    /// <summary>The results one by one; each leaves the answer when the one after it is asked for.</summary>
    public IEnumerable<PromptResult> TakeResults()
    {
        while (_lengths.TryDequeue(out var length))
        {
            yield return _results.Take(length, bytes => SegmentResponse.Parser.ParseFrom(bytes)).Results[0];
            held.Taken(length);
        }
    }

    /// <summary>Sends it as a gRPC message, uncompressed.</summary>
    /// <param name="call">The call, whose headers are set.</param>
    /// <param name="watch">Ends the call when its client does not read.</param>
    /// <param name="cancellationToken">The client has left.</param>
    public async Task SendAsync(HttpContext call, AnswerWatch watch, CancellationToken cancellationToken)
    {
        using var taking = watch.Begin(call);
        await call.Response.StartAsync(cancellationToken);
        var pipe = call.Response.BodyWriter;
        WritePrefix(pipe.GetSpan(Around), (uint)MessageBytes);
        pipe.Advance(PrefixBytes);
        _image.WriteTo(pipe);
        await _results.SendAsync(pipe, held, taking, cancellationToken);
        _duration.WriteTo(pipe);
        await pipe.FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        _results.Dispose();
        held.Dispose();
    }

    private const int PrefixBytes = 5;

    // Of gRPC over HTTP/2: one byte for the compression, four for the length.
    private static void WritePrefix(Span<byte> prefix, uint length)
    {
        prefix[0] = 0;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], length);
    }
}

/// <summary>The context of a call that sends large answers in a form of its own, not as a gRPC message.</summary>
internal interface ILargeAnswerTaker
{
    /// <summary>Takes an answer over; the taker sends it once the handler has ended.</summary>
    void Take(LargeAnswer answer);
}

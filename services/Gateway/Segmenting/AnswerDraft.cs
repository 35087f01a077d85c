using Google.Protobuf.WellKnownTypes;
using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Lifetime;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using MaskCount = Segmentation.Masks.MaskCount;

namespace Segmentation.Gateway.Segmenting;

/// <summary>
/// An answer that is being made. The silo decodes its prompts slice by slice: silo, gateway and the connection between
/// them hold little besides the answer, and every slice is done long before a grain call's time is over.
/// </summary>
internal sealed class AnswerDraft
{
    /// <summary>Bytes of masks, as estimated, that are asked for at a time.</summary>
    private const long SliceBytes = 16 * 1024 * 1024;

    private readonly PromptData[] _prompts;
    private readonly OutputSpec _output;
    private readonly long _bytesOfMask;
    private SegmentResponse? _message;
    private LargeAnswer? _large;
    private int _answered;
    private TimeSpan _decodeTime;

    /// <param name="prompts">At least one.</param>
    /// <param name="output">The output that is asked for.</param>
    /// <param name="image">The image's sizes.</param>
    public AnswerDraft(PromptData[] prompts, OutputSpec output, EmbeddingInfo image)
    {
        (_prompts, _output) = (prompts, output);
        _bytesOfMask = AnswerSize.OfMask(output.Forms, output.RunLengths, image.Width, image.Height);
        Slices = Slice();
        Bytes = BytesFrom(0);
    }

    /// <summary>Bytes of the whole answer, as estimated before anything is decoded.</summary>
    public long Bytes { get; }

    /// <summary>The prompts of each grain call.</summary>
    public IReadOnlyList<Range> Slices { get; }

    /// <summary>Slices that were answered.</summary>
    public int SlicesAnswered { get; private set; }

    /// <summary>The request for a slice.</summary>
    public DecodeRequest RequestOf(int slice, CallDeadline deadline) => new()
    {
        Prompts = Slices.Count == 1 ? _prompts : _prompts[Slices[slice]],
        MaskCount = _output.MaskCount,
        Forms = _output.Forms,
        Refinable = _output.Refinable ?? true,
        Lane = _prompts.Length > PromptLimits.Interactive ? Lane.Batch : Lane.Interactive,
        TimeLeft = deadline.Left,
    };

    /// <summary>Adds the masks of the next slice, which must be there.</summary>
    /// <param name="reply">The masks; each is released once it is written.</param>
    /// <param name="held">The answer's bytes in the budget, which are corrected.</param>
    /// <param name="budget">The budget.</param>
    /// <returns>Why the answer cannot be held, if it turned out larger than estimated; null when it can.</returns>
    public RpcStatus? Add(DecodeReply reply, AnswerReservation held, AnswerBudget budget)
    {
        SlicesAnswered++;
        _answered += reply.Results.Length;
        _decodeTime += reply.DecodeTime;
        var bytes = reply.Results.Sum(AnswerSize.Of);
        if (_large is null && Slices.Count == 1 && bytes <= AnswerBudget.LeftToServer)
        {
            _message = new SegmentResponse();
            _message.Results.Add(reply.Results.Select(masks => MaskMessages.ToResult(masks, _output)));
            return held.TrySet(bytes) ? null : budget.Exhausted();
        }

        _large ??= new LargeAnswer(held);
        var total = _large.Length + bytes + BytesFrom(_answered);
        if (total > budget.MaxBytes)
        {
            return budget.TooLarge(_prompts.Length, total);
        }

        if (!held.TrySet(total))
        {
            return budget.Exhausted();
        }

        for (var i = 0; i < reply.Results.Length; i++)
        {
            _large.Add(MaskMessages.ToResult(reply.Results[i], _output));
            reply.Results[i] = [];
        }

        held.TrySet(_large.Length + BytesFrom(_answered));
        return null;
    }

    /// <summary>The answer, once all slices were added; the caller disposes of it.</summary>
    public SegmentAnswer Finish(StoredImage image, AnswerReservation held)
    {
        if (_large is not null)
        {
            _large.Finish(image, _decodeTime);
            return new SegmentAnswer(_large);
        }

        _message!.Image = image.ToMessage();
        _message.DecodeDuration = Duration.FromTimeSpan(_decodeTime);
        return new SegmentAnswer(_message, held);
    }

    /// <summary>Frees the answer, which will not be sent.</summary>
    public void Abandon() => _large?.Dispose();

    /// <summary>Masks that a prompt gives.</summary>
    public static int MasksOf(PromptData prompt, OutputSpec output) => output.MaskCount switch
    {
        MaskCount.One => 1,
        MaskCount.Three => 3,
        _ => prompt is { Points.Length: 1, Box: null, MaskId: null, MaskLogits: null } ? 3 : 1,
    };

    private long BytesFrom(int prompt)
    {
        var bytes = 0L;
        for (var i = prompt; i < _prompts.Length; i++)
        {
            bytes += MasksOf(_prompts[i], _output) * _bytesOfMask;
        }

        return bytes;
    }

    private List<Range> Slice()
    {
        // A mask that a later slice names could be evicted for masks that earlier ones make.
        if (Array.Exists(_prompts, prompt => prompt.MaskId is not null))
        {
            return [Range.All];
        }

        var (slices, start, bytes) = (new List<Range>(), 0, 0L);
        for (var i = 0; i < _prompts.Length; i++)
        {
            var more = MasksOf(_prompts[i], _output) * _bytesOfMask;
            if (bytes + more > SliceBytes && i > start)
            {
                slices.Add(start..i);
                (start, bytes) = (i, 0);
            }

            bytes += more;
        }

        slices.Add(start.._prompts.Length);
        return slices;
    }
}

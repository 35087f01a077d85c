using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Quotas;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// A body whose bytes are charged to the caller's tenant while they pass. Where the quota is used up the body waits: a
/// large upload becomes slow and does not fail.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="caller">Who is charged.</param>
/// <param name="meter">Charges.</param>
/// <param name="clock">Clock of the waits.</param>
internal sealed class MeteredBody(PipeReader inner, Caller caller, WorkMeter meter, TimeProvider clock)
    : PipeReader, IRequestBodyPipeFeature
{
    /// <summary>Bytes that are charged at once, when they have all come.</summary>
    public const int PieceBytes = 1 << 20;

    // Enough for the head of a message and the id of a project.
    private const int BeginningBytes = 256;

    private ReadOnlySequence<byte> _buffer;
    private long _rest;
    private long _uncharged;

    /// <summary>The first bytes of the body, as far as they came with the first read.</summary>
    public ReadOnlyMemory<byte> Beginning { get; private set; }

    public PipeReader Reader => this;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = Noted(await inner.ReadAsync(cancellationToken));
        for (; _uncharged >= PieceBytes; _uncharged -= PieceBytes)
        {
            while (meter.TryCharge(caller, Work.ProjectMegabyte) is { } wait)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }
        }

        return read;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        result = Noted(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed)
    {
        _rest -= _buffer.Slice(_buffer.Start, consumed).Length;
        inner.AdvanceTo(consumed);
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _rest -= _buffer.Slice(_buffer.Start, consumed).Length;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private ReadResult Noted(ReadResult read)
    {
        _buffer = read.Buffer;
        _uncharged += _buffer.Length - _rest;
        _rest = _buffer.Length;
        if (Beginning.IsEmpty && !_buffer.IsEmpty)
        {
            Beginning = _buffer.Slice(0, Math.Min(BeginningBytes, _buffer.Length)).ToArray();
        }

        return read;
    }
}

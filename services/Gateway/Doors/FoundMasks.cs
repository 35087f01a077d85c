using Grpc.Core;
using Segmentation.Doors.Contract;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Doors;

/// <summary>Collects the masks of a search, whose bytes are charged to the caller as they come.</summary>
internal sealed class FoundMasks(AnswerBudget budget, Caller caller) : IServerStreamWriter<SegmentEverythingResponse>, IDisposable
{
    private readonly List<FoundMask> _masks = [];
    private AnswerReservation? _held;
    private Image? _image;
    private long _bytes;

    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Takes a message.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the masks found no room.</exception>
    public Task WriteAsync(SegmentEverythingResponse message)
    {
        if (message.Started is { } started)
        {
            _image = started.Image;
        }
        else if (message.Mask is { } mask)
        {
            _bytes += message.CalculateSize();
            _held ??= budget.TryReserve(caller, AnswerBudget.Small + 1);
            if (_bytes > budget.MaxBytes || _held?.TrySet(Math.Max(_bytes, AnswerBudget.Small + 1)) != true)
            {
                throw budget.Exhausted().ToRpcException();
            }

            _masks.Add(mask);
        }

        return Task.CompletedTask;
    }

    public Task WriteAsync(SegmentEverythingResponse message, CancellationToken cancellationToken) => WriteAsync(message);

    /// <summary>All that was found.</summary>
    public EverythingFound ToAnswer() => new(_image!, _masks);

    public void Dispose() => _held?.Dispose();
}

using System.IO.Pipelines;
using Grpc.Core;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// Accounts for one request's bytes from their arrival until they are handled: charges them to <see
/// cref="UploadBudget"/>, and ends a wait for them that is too long. Silence uses up the time that is left, every byte
/// adds to it. Ends with the request.
/// </summary>
internal sealed class RequestIntake : IDisposable
{
    /// <summary>Bytes of the largest message that is charged nothing once it has come as a whole.</summary>
    public const int Free = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly IntakeRegistry _intakes;
    private readonly string _tenant;
    private readonly string _connection;
    private HashSet<Transfer>? _transfers;
    private UploadReservation? _reservation;
    private PipeReader? _body;
    private TimeSpan _timeLeft;
    private long _since;
    private bool _isExpired;
    private bool _isOver;

    /// <summary>Made by <see cref="IntakeRegistry.Of"/>.</summary>
    internal RequestIntake(IntakeRegistry intakes, string tenant, string connection)
    {
        (_intakes, _tenant, _connection) = (intakes, tenant, connection);
        _timeLeft = intakes.IdleTimeout;
    }

    /// <summary>The neighbours in the list of waits; guarded by <see cref="IntakeRegistry"/>.</summary>
    internal (RequestIntake? Before, RequestIntake? After) Neighbours { get; set; }

    /// <summary>Time that is left if nothing more arrives.</summary>
    public TimeSpan TimeLeft => _timeLeft;

    /// <summary>The answer to a request whose bytes exceed the budget.</summary>
    public RpcStatus Exhausted() => _intakes.Budget.Exhausted();

    /// <summary>Notes that a message begins.</summary>
    public void Begin() => _timeLeft = _intakes.IdleTimeout;

    /// <summary>Notes bytes of the message that have come.</summary>
    public void Arrived(long bytes) => _timeLeft = _intakes.Extend(_timeLeft, bytes);

    /// <summary>Charges the message at hand with so many bytes from now on.</summary>
    /// <returns>False, and nothing changed, when there is no room.</returns>
    public bool TryHold(long bytes)
    {
        lock (_gate)
        {
            return !_isOver && ((_reservation is null && bytes <= Free) || Current().TryResize(bytes));
        }
    }

    /// <summary>Releases the bytes of the message at hand, which was handled.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _reservation?.TryResize(0);
        }
    }

    /// <summary>Opens a room besides that of the message at hand; disposing it is up to the caller.</summary>
    public UploadReservation OpenReservation() => _intakes.Budget.Open(_tenant, _connection, this);

    /// <summary>Hands over the room of the message at hand to whoever needs its bytes after the request.</summary>
    /// <returns>The room; null when nothing is charged.</returns>
    public UploadReservation? DetachReservation()
    {
        lock (_gate)
        {
            var reservation = _reservation;
            _reservation = null;
            return reservation is { Bytes: > 0 } ? reservation : null;
        }
    }

    /// <summary>The same for a part of this request's work, which ends with the request at the latest.</summary>
    public IDisposable? TransferReservation()
    {
        if (DetachReservation() is not { } reservation)
        {
            return null;
        }

        var transfer = new Transfer(this, reservation);
        lock (_gate)
        {
            if (_isOver)
            {
                reservation.Dispose();
            }
            else
            {
                _transfers ??= [];
                _transfers.Add(transfer);
            }
        }

        return transfer;
    }

    /// <summary>Reads a body of which more is to come, within the time that is left.</summary>
    /// <exception cref="RpcException">
    /// DEADLINE_EXCEEDED: it came too slowly. RESOURCE_EXHAUSTED: too many messages are begun.
    /// </exception>
    public ValueTask<ReadResult> ReadAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var reading = body.ReadAsync(cancellationToken);
        return reading.IsCompletedSuccessfully ? reading : WaitAsync(body, reading);
    }

    /// <summary>Waits for bytes of a message that has begun.</summary>
    /// <param name="body">The body that is being read; read on after an error it is not.</param>
    /// <param name="reading">The read.</param>
    public async ValueTask<ReadResult> WaitAsync(PipeReader body, ValueTask<ReadResult> reading)
    {
        // Also one that is free when it is whole: otherwise nothing bounds how many are begun.
        var isHeld = TryHoldLeast();
        (_body, _since) = (body, _intakes.Clock.GetTimestamp());
        if (isHeld)
        {
            _intakes.Watch(this);
        }
        else
        {
            body.CancelPendingRead();
        }

        ReadResult read;
        TimeSpan waited;
        try
        {
            read = await reading;
        }
        finally
        {
            _intakes.Unwatch(this);
            waited = Waited();
            _timeLeft -= waited;
        }

        if (isHeld && !_isExpired)
        {
            return read;
        }

        body.AdvanceTo(read.Buffer.End);
        throw (isHeld ? _intakes.TooSlow(waited) : Exhausted()).ToRpcException();
    }

    /// <summary>Waits for a piece of a message that has begun.</summary>
    /// <param name="reading">The read; it goes on when the time is over.</param>
    public async ValueTask<T> WaitAsync<T>(Task<T> reading)
    {
        _since = _intakes.Clock.GetTimestamp();
        try
        {
            return await reading.WaitAsync(Max(_timeLeft, TimeSpan.Zero), _intakes.Clock);
        }
        catch (TimeoutException)
        {
            throw _intakes.TooSlow(Waited()).ToRpcException();
        }
        finally
        {
            _timeLeft -= Waited();
        }
    }

    /// <summary>Releases all bytes: the request is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _reservation?.Dispose();
            foreach (var transfer in _transfers ?? [])
            {
                transfer.Reservation.Dispose();
            }

            _transfers = null;
        }
    }

    /// <summary>True when the time that is left is used up; guarded by <see cref="IntakeRegistry"/>.</summary>
    internal bool Expire() => _isExpired = Waited() >= _timeLeft;

    /// <summary>Ends the wait that has expired.</summary>
    internal void Cancel() => _body!.CancelPendingRead();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan Waited() => _intakes.Clock.GetElapsedTime(_since);

    private UploadReservation Current() => _reservation ??= OpenReservation();

    private bool TryHoldLeast()
    {
        lock (_gate)
        {
            return !_isOver && (Current().Bytes >= Free || Current().TryResize(Free));
        }
    }

    /// <summary>The room of a message that is being worked on.</summary>
    private sealed class Transfer(RequestIntake intake, UploadReservation reservation) : IDisposable
    {
        public UploadReservation Reservation => reservation;

        public void Dispose()
        {
            lock (intake._gate)
            {
                if (intake._transfers?.Remove(this) == true)
                {
                    reservation.Dispose();
                }
            }
        }
    }
}

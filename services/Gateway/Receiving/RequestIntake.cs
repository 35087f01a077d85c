using System.IO.Pipelines;
using Grpc.Core;

namespace Segmentation.Gateway.Receiving;

/// <summary>
/// One request's bytes from their arrival until they are handled: charged to <see cref="UploadBudget"/>, and waited for
/// with patience that every byte prolongs and silence uses up. Ends with the request.
/// </summary>
internal sealed class RequestIntake : IDisposable
{
    /// <summary>A message that is there as a whole, and no longer than this, is charged nothing.</summary>
    public const int Free = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly IntakeRegistry _intakes;
    private readonly string _tenant;
    private readonly string _connection;
    private HashSet<Loan>? _loans;
    private UploadReservation? _room;
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

    /// <summary>The neighbours among those that are waited for; guarded by <see cref="IntakeRegistry"/>.</summary>
    internal (RequestIntake? Before, RequestIntake? After) Neighbours { get; set; }

    /// <summary>Time that is left if nothing more arrives.</summary>
    public TimeSpan TimeLeft => _timeLeft;

    /// <summary>The answer where there is no room.</summary>
    public RpcStatus Exhausted() => _intakes.Budget.Exhausted();

    /// <summary>A message begins.</summary>
    public void Begin() => _timeLeft = _intakes.IdleTimeout;

    /// <summary>Bytes of it have come.</summary>
    public void Arrived(long bytes) => _timeLeft = _intakes.Extend(_timeLeft, bytes);

    /// <summary>Charges the message at hand with so many bytes from now on.</summary>
    /// <returns>False, and nothing changed, when there is no room.</returns>
    public bool TryHold(long bytes)
    {
        lock (_gate)
        {
            return !_isOver && ((_room is null && bytes <= Free) || Room().TryResize(bytes));
        }
    }

    /// <summary>The message at hand was handled.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _room?.TryResize(0);
        }
    }

    /// <summary>Opens a room besides that of the message at hand; disposing it is up to the caller.</summary>
    public UploadReservation Open() => _intakes.Budget.Open(_tenant, _connection, this);

    /// <summary>Hands over the room of the message at hand to whoever needs its bytes after the request.</summary>
    /// <returns>The room; null when nothing is charged.</returns>
    public UploadReservation? Detach()
    {
        lock (_gate)
        {
            var room = _room;
            _room = null;
            return room is { Bytes: > 0 } ? room : null;
        }
    }

    /// <summary>The same for a part of this request's work, which ends with the request at the latest.</summary>
    public IDisposable? Lend()
    {
        if (Detach() is not { } room)
        {
            return null;
        }

        var loan = new Loan(this, room);
        lock (_gate)
        {
            if (_isOver)
            {
                room.Dispose();
            }
            else
            {
                _loans ??= [];
                _loans.Add(loan);
            }
        }

        return loan;
    }

    /// <summary>Reads a body of which more is to come, no longer than the patience lasts.</summary>
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
        var hasRoom = TryHoldLeast();
        (_body, _since) = (body, _intakes.Clock.GetTimestamp());
        if (hasRoom)
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

        if (hasRoom && !_isExpired)
        {
            return read;
        }

        body.AdvanceTo(read.Buffer.End);
        throw (hasRoom ? _intakes.TooSlow(waited) : Exhausted()).ToRpcException();
    }

    /// <summary>Waits for a piece of a message that has begun.</summary>
    /// <param name="reading">The read; it goes on when the patience is over.</param>
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

    /// <summary>The request is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _room?.Dispose();
            foreach (var loan in _loans ?? [])
            {
                loan.Room.Dispose();
            }

            _loans = null;
        }
    }

    /// <summary>True, once, when the patience is over; guarded by <see cref="IntakeRegistry"/>.</summary>
    internal bool Expire() => _isExpired = Waited() >= _timeLeft;

    /// <summary>Ends the wait that has expired.</summary>
    internal void Cancel() => _body!.CancelPendingRead();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private TimeSpan Waited() => _intakes.Clock.GetElapsedTime(_since);

    private UploadReservation Room() => _room ??= Open();

    private bool TryHoldLeast()
    {
        lock (_gate)
        {
            return !_isOver && (Room().Bytes >= Free || Room().TryResize(Free));
        }
    }

    /// <summary>The room of a message that is being worked on.</summary>
    private sealed class Loan(RequestIntake intake, UploadReservation room) : IDisposable
    {
        public UploadReservation Room => room;

        public void Dispose()
        {
            lock (intake._gate)
            {
                if (intake._loans?.Remove(this) == true)
                {
                    room.Dispose();
                }
            }
        }
    }
}

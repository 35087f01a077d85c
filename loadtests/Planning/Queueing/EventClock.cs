namespace Segmentation.LoadTests.Planning.Queueing;

/// <summary>
/// Time of a simulation, in seconds, and what is to happen in it. Equal times happen in the order of asking.
/// </summary>
internal sealed class EventClock
{
    private readonly PriorityQueue<Action, (double Time, long Order)> _events = new();
    private long _order;

    /// <summary>The simulated time.</summary>
    public double Now { get; private set; }

    /// <summary>Lets something happen after so many seconds.</summary>
    public void After(double seconds, Action happen) => _events.Enqueue(happen, (Now + seconds, _order++));

    /// <summary>Lets everything happen until a time; later events stay.</summary>
    public void RunUntil(double time, CancellationToken cancellationToken)
    {
        while (_events.TryPeek(out var happen, out var due) && due.Time <= time)
        {
            if (due.Order % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            _events.Dequeue();
            Now = due.Time;
            happen();
        }

        Now = time;
    }
}

namespace Segmentation.Common.Caching;

/// <summary>
/// Lets callers that want the same thing at the same time share one piece of work. A caller that stops waiting leaves
/// the others alone; when the last one leaves, the work's token is cancelled, and the work decides whether it still
/// stops.
/// </summary>
/// <typeparam name="TKey">Names the work.</typeparam>
/// <typeparam name="TResult">Result of the work.</typeparam>
public sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Flight> _flights = [];

    /// <summary>Joins the work under way for a key, or starts it.</summary>
    /// <param name="key">Names the work.</param>
    /// <param name="work">Started when none is under way; its token is cancelled when no caller is left.</param>
    /// <param name="cancellationToken">This caller stops waiting.</param>
    /// <returns>The work's result; its exception reaches every caller.</returns>
    public async Task<TResult> RunAsync(
        TKey key, Func<CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var flight = Join(key, work);
            try
            {
                return await flight.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
                when (flight.Abandoned.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // The others left just before this caller came, and the work stopped for them: begin again.
            }
            finally
            {
                Leave(flight);
            }
        }
    }

    private Flight Join(TKey key, Func<CancellationToken, Task<TResult>> work)
    {
        Flight? flight;
        lock (_gate)
        {
            if (_flights.TryGetValue(key, out flight))
            {
                flight.Callers++;
                return flight;
            }

            flight = new Flight { Callers = 1 };
            _flights.Add(key, flight);
        }

        _ = FlyAsync(key, flight, work);
        return flight;
    }

    private void Leave(Flight flight)
    {
        lock (_gate)
        {
            if (--flight.Callers > 0 || flight.Completion.Task.IsCompleted)
            {
                return;
            }
        }

        flight.Abandoned.Cancel();
    }

    // ConfigureAwait(false) here and above: the work outlives its first caller, so it must not go on under the
    // scheduler of the grain that happened to start it.
    private async Task FlyAsync(TKey key, Flight flight, Func<CancellationToken, Task<TResult>> work)
    {
        try
        {
            var result = await work(flight.Abandoned.Token).ConfigureAwait(false);
            Land(key);
            flight.Completion.SetResult(result);
        }
        catch (OperationCanceledException error)
        {
            Land(key);
            flight.Completion.SetCanceled(error.CancellationToken);
        }
        catch (Exception error)
        {
            Land(key);
            flight.Completion.SetException(error);
        }
    }

    private void Land(TKey key)
    {
        lock (_gate)
        {
            _flights.Remove(key);
        }
    }

    private sealed class Flight
    {
        public int Callers { get; set; }

        // Never disposed: it has no timer and no wait handle, and callers may still leave after the landing.
        public CancellationTokenSource Abandoned { get; } = new();

        public TaskCompletionSource<TResult> Completion { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// The searches of this process. A request for what is being searched already joins; a search that the last request has
/// left stops. Gateways do not know of each other's searches: silos see to it that two for the same do the work once.
/// </summary>
internal sealed class SearchBoard(
    SearchRunner runner,
    EverythingMetrics metrics,
    IOptions<SearchOptions> options,
    TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(EmbeddingKey, string, bool), Search> _searches = [];
    private readonly SearchOptions _options = options.Value;

    /// <summary>Searches under way, and those whose results are being read.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _searches.Count;
            }
        }
    }

    /// <summary>Joins a search or begins it; <see cref="Leave"/> must follow.</summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="intake">Charged with the image file's bytes; a search that begins takes the charge over.</param>
    public Outcome<Search> Join(SearchOrder order, RequestIntake intake)
    {
        lock (_gate)
        {
            if (_searches.TryGetValue(order.Identity, out var search))
            {
                search.Requests++;
                metrics.Joined();
                return search;
            }

            var ofTenant = _searches.Values.Count(other => other.Order.Key.Tenant == order.Key.Tenant);
            if (_searches.Count >= _options.MaxOpen || ofTenant >= _options.MaxOpenPerTenant)
            {
                return TooMany(ofTenant >= _options.MaxOpenPerTenant);
            }

            search = new Search(order, clock) { Requests = 1, FileRoom = intake.DetachReservation() };
            _searches.Add(order.Identity, search);
            search.Start(RunAsync);
            return search;
        }
    }

    /// <summary>A request is done with a search, or was given up.</summary>
    public void Leave(Search search)
    {
        lock (_gate)
        {
            if (--search.Requests > 0)
            {
                return;
            }

            // At once: whoever comes now begins anew, and does not join what is ending.
            _searches.Remove(search.Order.Identity);
        }

        search.Abandon();
        _ = search.Completion.ContinueWith(
            _ => search.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task<Outcome<FinishedSearch>> RunAsync(Search search)
    {
        var code = StatusCode.Internal;
        try
        {
            var outcome = await runner.RunAsync(search);
            code = outcome.Problem is { } problem ? (StatusCode)problem.Code : StatusCode.OK;
            return outcome;
        }
        catch (OperationCanceledException) when (search.Abandoned.IsCancellationRequested)
        {
            code = StatusCode.Cancelled;
            throw;
        }
        finally
        {
            metrics.Ended(code, clock.GetElapsedTime(search.Started));
        }
    }

    private RpcStatus TooMany(bool ofTenant) => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "TOO_MANY_SEARCHES",
        (ofTenant
            ? $"This tenant has {_options.MaxOpenPerTenant} searches for everything under way."
            : $"{_options.MaxOpen} searches for everything are under way.")
            + " Try again after the delay in RetryInfo.",
        _options.RetryAfter);
}

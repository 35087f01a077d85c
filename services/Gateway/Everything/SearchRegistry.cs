using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Registry of this process's searches. A request for an image and options that are being searched joins that search; a
/// search ends when its last request leaves. Gateways do not know each other's searches: silos take care that equal
/// searches of two gateways are decoded once.
/// </summary>
internal sealed class SearchRegistry(
    SearchRunner runner,
    EverythingMetrics metrics,
    QuotaMetrics quotas,
    IOptions<SearchOptions> options,
    TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(EmbeddingKey, string, bool), Search> _searches = [];
    private readonly SearchOptions _options = options.Value;

    /// <summary>Searches under way, and searches whose results are being read.</summary>
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

    /// <summary>Searches of one tenant at once.</summary>
    public int LimitOfTenant => _options.MaxOpenPerTenant;

    /// <summary>Searches of a tenant now.</summary>
    public int CountOf(string tenant)
    {
        lock (_gate)
        {
            return _searches.Values.Count(search => search.Request.Key.Tenant == tenant);
        }
    }

    /// <summary>Joins a search or begins it. <see cref="Leave"/> must follow.</summary>
    /// <param name="request">The request.</param>
    /// <param name="intake">Charged with the image file's bytes; a search that begins takes the charge over.</param>
    public Outcome<Search> Join(SearchRequest request, RequestIntake intake)
    {
        lock (_gate)
        {
            if (_searches.TryGetValue(request.Identity, out var search))
            {
                search.Requests++;
                metrics.Joined();
                return search;
            }

            var isOfTenant = CountOf(request.Key.Tenant) >= _options.MaxOpenPerTenant;
            if (_searches.Count >= _options.MaxOpen || isOfTenant)
            {
                if (isOfTenant)
                {
                    quotas.Refused(QuotaMetrics.Searches);
                }

                return TooMany(isOfTenant);
            }

            search = new Search(request, clock) { Requests = 1, FileCharge = intake.DetachReservation() };
            _searches.Add(request.Identity, search);
            search.Start(RunAsync);
            return search;
        }
    }

    /// <summary>Ends a request's part in a search, also when the request is cancelled.</summary>
    public void Leave(Search search)
    {
        lock (_gate)
        {
            if (--search.Requests > 0)
            {
                return;
            }

            // Removed before it has ended: a request that comes now begins anew and does not join a cancelled search.
            _searches.Remove(search.Request.Identity);
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

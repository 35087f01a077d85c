using Google.Rpc;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity.Quotas;

namespace Segmentation.Gateway.Quotas;

/// <summary>
/// Charges tenants for work before it is done. Waits for nothing: <see cref="QuotaLedger"/> settles with the other
/// gateways in the background.
/// </summary>
internal sealed class WorkMeter(
    QuotaLedger ledger, IOptions<QuotaOptions> options, IOptions<ModelChoiceOptions> models, QuotaMetrics metrics)
{
    /// <summary>Reason of a refusal.</summary>
    public const string Exceeded = "QUOTA_EXCEEDED";

    private readonly QuotaOptions _options = options.Value;
    private readonly ModelChoiceOptions _models = models.Value;

    /// <summary>The account that a caller's work is charged to; false for a caller without a limit.</summary>
    public bool TryAccount(Caller caller, out QuotaAccount account)
    {
        var principal = caller.Principal;
        var isOwn = principal.UnitsPerSecond is not null;
        var rate = principal.UnitsPerSecond ?? _options.UnitsPerSecond;
        if (rate <= 0)
        {
            account = default;
            return false;
        }

        var burst = principal.Burst ?? (isOwn ? 0 : _options.Burst);
        var quota = burst > 0 ? new Quota(rate, burst) : Quota.OfRate(rate);
        account = new QuotaAccount(principal.Tenant, quota, isOwn || principal.Burst is not null);
        return true;
    }

    /// <summary>Units of work: those of each kind, times the factor of the model.</summary>
    public double UnitsOf(Work work) => _models.CostOf(work.Model)
        * ((work.Images * _options.ImageUnits) + (work.Prompts * _options.PromptUnits)
            + (work.Points * _options.PointUnits) + (work.Crops * _options.CropUnits)
            + (work.ProjectReads * _options.ProjectReadUnits) + (work.ProjectChanges * _options.ProjectChangeUnits)
            + (work.ProjectMegabytes * _options.ProjectMegabyteUnits));

    /// <summary>Charges a caller's tenant.</summary>
    /// <returns>Null when the work may be done; otherwise RESOURCE_EXHAUSTED with the time to wait.</returns>
    public RpcStatus? Charge(Caller caller, Work work)
    {
        if (!TryAccount(caller, out var account))
        {
            metrics.Charged(work, _options, _models.CostOf(work.Model));
            return null;
        }

        var units = UnitsOf(work);
        if (ledger.Charge(account, units) is { } wait)
        {
            metrics.Refused();
            return Refusal(account, units, wait);
        }

        metrics.Charged(work, _options, _models.CostOf(work.Model));
        return null;
    }

    /// <summary>Charges a caller's tenant for work that can wait.</summary>
    /// <returns>Null when the work was charged; otherwise nothing was, and it is the time after which to try again.</returns>
    public TimeSpan? TryCharge(Caller caller, Work work)
    {
        if (TryAccount(caller, out var account) && ledger.Charge(account, UnitsOf(work)) is { } wait)
        {
            return wait;
        }

        metrics.Charged(work, _options, _models.CostOf(work.Model));
        return null;
    }

    /// <summary>Refuses work that could not be charged now, before its bytes have come. Charges nothing.</summary>
    public RpcStatus? Check(Caller caller, Work work)
    {
        var units = UnitsOf(work);
        if (!TryAccount(caller, out var account) || ledger.WaitFor(account, units) is not { } wait)
        {
            return null;
        }

        metrics.Refused();
        return Refusal(account, units, wait);
    }

    /// <summary>Gives work back that was charged and that the server did not do.</summary>
    public void GiveBack(Caller caller, Work work)
    {
        if (TryAccount(caller, out var account))
        {
            ledger.GiveBack(account, UnitsOf(work));
        }
    }

    /// <summary>
    /// Gives work back when its problem says that the server had no room or no process for it. What failed for another
    /// reason, a damaged image for example, was worked on.
    /// </summary>
    public void GiveBackUndone(Caller caller, Work work, RpcStatus problem)
    {
        if ((StatusCode)problem.Code is StatusCode.ResourceExhausted or StatusCode.Unavailable)
        {
            GiveBack(caller, work);
        }
    }

    /// <summary>A caller's units as far as this gateway knows; null for a caller without a limit.</summary>
    public (Quota Quota, QuotaState State)? Look(Caller caller) =>
        TryAccount(caller, out var account) ? (account.Quota, ledger.Look(account)) : null;

    /// <summary>A caller's units over all gateways; null for a caller without a limit.</summary>
    public async Task<(Quota Quota, QuotaState State)?> ReadAsync(Caller caller, CancellationToken cancellationToken) =>
        TryAccount(caller, out var account)
            ? (account.Quota, await ledger.ReadAsync(account, cancellationToken))
            : null;

    private static RpcStatus Refusal(QuotaAccount account, double units, TimeSpan wait)
    {
        var (rate, burst) = account.Quota;
        var failure = new QuotaFailure();
        failure.Violations.Add(new QuotaFailure.Types.Violation
        {
            Subject = $"tenant:{account.Tenant}",
            Description = $"units: {rate:0.##} a second, {burst:0.##} at once",
        });
        return Problem.TryLater(
            StatusCode.ResourceExhausted,
            Exceeded,
            $"The request takes {units:0.##} units of work, which the tenant's quota of {rate:0.##} units a second and "
                + $"{burst:0.##} at once does not have now. Try again after the delay in RetryInfo; GetUsage tells what is "
                + "left.",
            wait,
            failure);
    }
}

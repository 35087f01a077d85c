using Segmentation.Common.Budgets;

namespace Segmentation.Gateway.Routing.Hedging;

/// <summary>
/// Bounds requests that are sent twice: one in ten over time, and a reserve of a hundred for the moment in which a silo
/// dies under many live sessions. An overloaded cluster is slow everywhere and must not get twice the work.
/// </summary>
internal sealed class HedgeBudget() : TokenBudget(reserve: 100, ratio: 0.1);

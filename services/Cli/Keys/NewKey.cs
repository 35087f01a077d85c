using Segmentation.Identity;

namespace Segmentation.Cli.Keys;

/// <summary>Everything that a user says of a new key.</summary>
/// <param name="Tenant">Tenant of its holders.</param>
/// <param name="Name">Name of the holder.</param>
/// <param name="Scopes">Rights.</param>
/// <param name="Lifetime">Time until it is refused; null: never.</param>
/// <param name="UnitsPerSecond">Units of work a second; null: the server's default.</param>
/// <param name="Burst">Units of work at once; null: the server's default.</param>
internal sealed record NewKey(
    string Tenant, string Name, Scope Scopes, TimeSpan? Lifetime, double? UnitsPerSecond, double? Burst);

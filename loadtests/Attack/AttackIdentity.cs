using Segmentation.Identity.Keys;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Attack;

/// <summary>Credentials of attacker and bystander.</summary>
internal sealed class AttackIdentity : IDisposable
{
    /// <summary>The server has no identity; a header names the tenant.</summary>
    public const string None = "none";

    /// <summary>The server has keys, and the attacker is the holder of one.</summary>
    public const string Key = "key";

    /// <summary>The server has keys, and the attacker sends one that is none of them.</summary>
    public const string Stranger = "stranger";

    private const string TenantHeader = "x-segmentation-tenant";
    private const string KeyHeader = "x-api-key";

    private readonly TenantKeysFile? _keys;
    private readonly string _unknown = ApiKey.Create().Text;

    private AttackIdentity(string kind, TenantKeysFile? keys) => (Kind, _keys) = (kind, keys);

    /// <summary><see cref="None"/>, <see cref="Key"/> or <see cref="Stranger"/>.</summary>
    public string Kind { get; }

    /// <summary>True when every request of the attacker must be refused.</summary>
    public bool IsStranger => Kind == Stranger;

    /// <summary>Options of the server, without the leading <c>--Segmentation:</c>.</summary>
    public string[] Options => _keys is null ? [] : [_keys.Option];

    /// <summary>Makes the keys that a kind needs.</summary>
    public static async Task<AttackIdentity> CreateAsync(string kind, CancellationToken cancellationToken) => new(
        kind,
        kind == None
            ? null
            : await TenantKeysFile.CreateAsync(
                cancellationToken, AttackTarget.Attacker, Bystander.Name, OthersMasks.Owner));

    /// <summary>The header by which requests of a tenant say whose they are.</summary>
    public (string Name, string Value) HeaderOf(string tenant) => _keys is null ? (TenantHeader, tenant)
        : (KeyHeader, IsStranger && tenant == AttackTarget.Attacker ? _unknown : _keys[tenant]);

    public void Dispose() => _keys?.Dispose();
}

using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

/// <summary>Records of keys, in which a test says what matters to it.</summary>
internal static class Records
{
    public static DateTimeOffset Now { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ApiKeyRecord Of(ApiKey key, string name = "ci", DateTimeOffset? expires = null) => new()
    {
        Id = key.Id,
        Tenant = "acme",
        Name = name,
        Scopes = Scope.Segment | Scope.Upload,
        Hash = key.Hash(),
        Created = Now,
        Expires = expires,
    };
}

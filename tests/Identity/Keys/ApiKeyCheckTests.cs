using Microsoft.Extensions.Time.Testing;
using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

public sealed class ApiKeyCheckTests
{
    private readonly FakeTimeProvider _clock = new(Records.Now);
    private readonly ApiKey _key = ApiKey.Create();

    [Fact]
    public void Check_KnownKey_IsAccepted()
    {
        Assert.Equal(ApiKeyVerdict.Accepted, Check(Records.Of(_key), _key.Text, out var record));
        Assert.Equal("acme", record!.Tenant);
    }

    [Fact]
    public void Check_AnotherSecretOfAKnownId_IsUnknownAndTellsNothing()
    {
        var known = Records.Of(_key) with { Hash = ApiKey.Create().Hash(), Revoked = Records.Now };

        Assert.Equal(ApiKeyVerdict.Unknown, Check(known, _key.Text, out var record));
        Assert.Null(record);
    }

    [Fact]
    public void Check_UnknownId_IsUnknown() =>
        Assert.Equal(ApiKeyVerdict.Unknown, Check(Records.Of(_key), ApiKey.Create().Text, out _));

    [Theory]
    [InlineData(-1, ApiKeyVerdict.Expired)]
    [InlineData(0, ApiKeyVerdict.Expired)]
    [InlineData(1, ApiKeyVerdict.Accepted)]
    public void Check_Expiry_EndsIt(int seconds, ApiKeyVerdict expected) => Assert.Equal(
        expected, Check(Records.Of(_key, expires: Records.Now.AddSeconds(seconds)), _key.Text, out _));

    [Fact]
    public void Check_RevokedKey_IsToldToItsHolder()
    {
        Assert.Equal(
            ApiKeyVerdict.Revoked, Check(Records.Of(_key) with { Revoked = Records.Now }, _key.Text, out var record));
        Assert.NotNull(record);
    }

    [Theory]
    [InlineData("seg_short", ApiKeyVerdict.Mistyped)]
    [InlineData("other", ApiKeyVerdict.NoKey)]
    [InlineData(null, ApiKeyVerdict.NoKey)]
    public void Check_NoKey_IsTold(string? text, ApiKeyVerdict expected) =>
        Assert.Equal(expected, Check(Records.Of(_key), text, out _));

    private ApiKeyVerdict Check(ApiKeyRecord known, string? text, out ApiKeyRecord? record) =>
        new ApiKeyCheck(new Store(known), _clock).Check(text, out record);

    private sealed class Store(ApiKeyRecord known) : IApiKeyStore
    {
        public event EventHandler? Changed
        {
            add { }
            remove { }
        }

        public ApiKeyRecord? Find(string id) => id == known.Id ? known : null;

        public IReadOnlyList<ApiKeyRecord> OfTenant(string tenant) => tenant == known.Tenant ? [known] : [];
    }
}

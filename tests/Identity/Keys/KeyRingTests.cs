using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

public sealed class KeyRingTests
{
    private readonly ApiKey _old = ApiKey.Create();

    [Fact]
    public void Add_ThirdValidKeyOfAName_IsRefused()
    {
        var records = Add(Add([], "ci"), "ci");

        var error = Assert.Throws<KeyRingException>(() => Add(records, "ci"));

        Assert.Contains("named 'ci'", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Add(records, "other").Count);
    }

    [Fact]
    public void Add_AfterOneWasRevoked_IsPossible()
    {
        var records = Add(Add([], "ci"), "ci");

        Assert.Equal(3, Add([.. KeyRing.Revoke(records, records[0].Id, Records.Now)], "ci").Count);
    }

    [Fact]
    public void Revoke_UnknownOrRevokedKey_IsRefused()
    {
        ApiKeyRecord[] records = [Records.Of(_old)];

        Assert.Throws<KeyRingException>(() => KeyRing.Revoke(records, "nobody12", Records.Now));
        ApiKeyRecord[] revoked = [.. KeyRing.Revoke(records, _old.Id, Records.Now)];
        Assert.Equal(Records.Now, Assert.Single(revoked).Revoked);
        Assert.Throws<KeyRingException>(() => KeyRing.Revoke(revoked, _old.Id, Records.Now));
    }

    [Fact]
    public void Rotate_KeyThatExpires_LeavesBothValidForTheOverlap()
    {
        ApiKeyRecord[] records = [Records.Of(_old, expires: Records.Now.AddDays(90))];
        var (key, later) = (ApiKey.Create(), Records.Now.AddDays(80));

        ApiKeyRecord[] rotated = [.. KeyRing.Rotate(records, _old.Id, key, later, TimeSpan.FromDays(1))];

        Assert.Equal(later.AddDays(1), rotated[0].Expires);
        Assert.Equal(key.Id, rotated[1].Id);
        Assert.Equal(later.AddDays(90), rotated[1].Expires);
        Assert.Equal((rotated[0].Tenant, rotated[0].Name, rotated[0].Scopes),
            (rotated[1].Tenant, rotated[1].Name, rotated[1].Scopes));
    }

    [Fact]
    public void Rotate_OverlapBeyondTheExpiry_DoesNotProlongTheOldKey()
    {
        ApiKeyRecord[] records = [Records.Of(_old, expires: Records.Now.AddHours(1))];

        var rotated = KeyRing.Rotate(records, _old.Id, ApiKey.Create(), Records.Now, TimeSpan.FromDays(1));

        Assert.Equal(Records.Now.AddHours(1), rotated.First().Expires);
    }

    [Fact]
    public void Rotate_KeyThatIsNoLongerValid_IsRefused() => Assert.Throws<KeyRingException>(() => KeyRing.Rotate(
        [Records.Of(_old, expires: Records.Now)], _old.Id, ApiKey.Create(), Records.Now, TimeSpan.Zero));

    private static List<ApiKeyRecord> Add(IReadOnlyList<ApiKeyRecord> records, string name) =>
        [.. KeyRing.Add(records, ApiKey.Create(), Records.Of(ApiKey.Create(), name))];
}

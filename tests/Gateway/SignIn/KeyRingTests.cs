using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.SignIn;

/// <summary>Keys that protect session cookies, and the options of sign-in.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly KeyRingFile _keys = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("key-ring");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("a secret of several gateways, long enough", 200)]
    [InlineData("another secret of several gateways, long", 401)]
    [InlineData(null, 401)]
    public async Task Cookie_OfAnotherGateway_IsTakenWhereBothHaveTheSecret(string? other, int status)
    {
        var key = await _keys.AddAsync("anna");
        await using var one = await GatewayHost.StartAsync(
            options: [_keys.Option, Option(Write("one", "a secret of several gateways, long enough"))]);
        await using var two = await GatewayHost.StartAsync(
            options: [_keys.Option, .. other is null ? [] : new[] { Option(Write("two", $"{other}\n")) }]);
        using var person = new Person(one);
        using var signedIn = await person.SignInAsync(key);
        using var client = two.Client();

        using var answer = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("Cookie", person.Cookie)), Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Cookie_OfAKeyWhoseIdBelongsToAnotherNow_IsRefused()
    {
        var key = await _keys.AddAsync("anna");
        using var others = new KeyRingFile();
        await others.AddAsync("bert");
        var file = Write("one", "a secret of several gateways, long enough");
        await using var one = await GatewayHost.StartAsync(options: [_keys.Option, Option(file)]);
        await File.WriteAllTextAsync(
            others.Path,
            (await File.ReadAllTextAsync(others.Path, Cancel)).Replace(
                KeyRingFile.IdOf(await others.AddAsync("carl")), KeyRingFile.IdOf(key), StringComparison.Ordinal),
            Cancel);
        await using var two = await GatewayHost.StartAsync(options: [others.Option, Option(file)]);
        using var person = new Person(one);
        using var signedIn = await person.SignInAsync(key);
        using var client = two.Client();

        var problem = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("Cookie", person.Cookie)), Cancel).FailsAsync(401);

        Assert.Equal("API_KEY_REVOKED", problem.Reason());
    }

    [Theory]
    [InlineData("Studio:SessionLifetime", "31.00:00:00", "must be 00:00:01 to 30.00:00:00")]
    [InlineData("Studio:KeyRingFile", "/no/such/file", "at least 32 characters")]
    [InlineData("Studio:PublicUrl", "segmentation.example", "https://segmentation.example")]
    [InlineData("Studio:PublicUrl", "https://segmentation.example/studio", "without a path")]
    [InlineData("Studio:Oidc:Authority", "http://login.example", "must be an https address")]
    [InlineData("Studio:Oidc:Authority", "https://login.example", "Studio:Oidc:ClientId")]
    [InlineData("Studio:Oidc:ClientSecretFile", "/no/such/file", "must be a file that can be read")]
    public async Task Option_ThatCannotBe_EndsTheStartInASentence(string option, string value, string rule)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => GatewayHost.StartAsync(options: ($"Segmentation:Identity:{option}", value)));

        Assert.Contains($"Segmentation:Identity:{option}"[..28], error.Message, StringComparison.Ordinal);
        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyRingFile_WithAShortSecret_EndsTheStart()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => GatewayHost.StartAsync(options: Option(Write("short", "secret"))));

        Assert.Contains("at least 32 characters", error.Message, StringComparison.Ordinal);
    }

    private static (string Key, string Value) Option(string file) => ("Segmentation:Identity:Studio:KeyRingFile", file);

    private string Write(string name, string secret)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, secret);
        return path;
    }
}

using System.Text.Json;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Cli.Tests.Keys;

public sealed class KeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder.File("keys.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Create_NewFile_WritesTheKeyAloneAndItsRecord()
    {
        var result = await CreateAsync("--scopes", "segment,upload", "--expires", "90d", "--units-per-second", "50");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(ApiKeyForm.Key, ApiKey.Read(result.Output.TrimEnd('\r', '\n'), out var key));
        Assert.DoesNotContain(key!.Text, result.Error, StringComparison.Ordinal);
        var record = Assert.Single(KeysFile.Read(File));
        Assert.Equal((key.Id, "acme", "ci"), (record.Id, record.Tenant, record.Name));
        Assert.Equal(Scope.Segment | Scope.Upload, record.Scopes);
        Assert.Equal(TimeSpan.FromDays(90), record.Expires - record.Created);
        Assert.Equal(50, record.UnitsPerSecond);
        Assert.Equal(key.Hash(), record.Hash.ToArray());
    }

    [Fact]
    public async Task Create_WithoutScopes_GivesThoseOfAProgram()
    {
        await CreateAsync();

        Assert.Equal(Scopes.Usual, Assert.Single(KeysFile.Read(File)).Scopes);
    }

    [Fact]
    public async Task RotateAndRevoke_OfAKey_AreListed()
    {
        await CreateAsync();
        var id = Assert.Single(KeysFile.Read(File)).Id;

        var rotated = await Segctl.RunAsync("keys", "rotate", "--file", File, id);
        Assert.Equal(ApiKeyForm.Key, ApiKey.Read(rotated.Output.TrimEnd('\r', '\n'), out var successor));
        var revoked = await Segctl.RunAsync("keys", "revoke", "--file", File, id);
        Assert.Equal((0, ""), (revoked.ExitCode, revoked.Output));

        var list = await Segctl.RunAsync("keys", "list", "--file", File, "--json");
        var states = JsonDocument.Parse(list.Output).RootElement.EnumerateArray()
            .ToDictionary(key => key.GetProperty("id").GetString()!, key => key.GetProperty("state").GetString());
        Assert.Equal(new() { [id] = "revoked", [successor!.Id] = "valid" }, states);
        var table = await Segctl.RunAsync("keys", "list", "--file", File);
        Assert.Contains($"{id}  acme    ci    revoked", table.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tenant must be 1 to 63", "create", "--tenant", "A B", "--name", "n")]
    [InlineData("--scopes has 'fly'", "create", "--tenant", "a", "--name", "n", "--scopes", "fly")]
    [InlineData("--expires must be a number of days", "create", "--tenant", "a", "--name", "n", "--expires", "soon")]
    [InlineData("--burst must be above 0", "create", "--tenant", "a", "--name", "n", "--burst", "0")]
    public async Task Create_WrongOption_IsRefused(string expected, params string[] arguments)
    {
        var result = await Segctl.RunAsync(["keys", .. arguments, "--file", File]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("revoke", "abcdefgh")]
    [InlineData("rotate", "abcdefgh")]
    public async Task Change_MissingFile_IsNamed(params string[] arguments)
    {
        var result = await Segctl.RunAsync(["keys", .. arguments, "--file", File]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"There is no keys file '{File}'", result.Error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Revoke_UnknownKey_ChangesNothing()
    {
        await CreateAsync();
        var before = await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken);

        var result = await Segctl.RunAsync("keys", "revoke", "--file", File, "abcdefgh");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("There is no key 'abcdefgh'", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            before, await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken));
    }

    private Task<SegctlResult> CreateAsync(params string[] more) => Segctl.RunAsync(
        ["keys", "create", "--file", File, "--tenant", "acme", "--name", "ci", .. more]);
}

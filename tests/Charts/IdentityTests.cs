using System.Text;
using k8s.Models;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Charts.Tests;

/// <summary>Callers that the gateways of the chart let in.</summary>
public sealed class IdentityTests
{
    private const string KeysFile = "/etc/segmentation/keys/keys.json";

    [Theory]
    [InlineData("one-node")]
    [InlineData("external-redis")]
    public void FirstKey_MadeByTheChart_IsLetInByTheKeysFileBesideIt(string example)
    {
        var secret = Secret(Render.Of(example), "segmentation-keys");
        var text = Encoding.UTF8.GetString(secret.Data["key"]);
        var record = Assert.Single(Identity.Keys.KeysFile.Parse(secret.Data["keys.json"], "keys.json"));

        Assert.Equal(ApiKeyForm.Key, ApiKey.Read(text, out var key));
        Assert.Equal(key!.Id, record.Id);
        Assert.Equal(key.Hash(), record.Hash.ToArray());
        Assert.Equal("default", record.Tenant);
        Assert.Equal(Scopes.Usual | Scope.Admin, record.Scopes);
        Assert.Null(record.Expires);
        Assert.DoesNotContain(text, Encoding.UTF8.GetString(secret.Data["keys.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Gateway_Any_ReadsKeysAndLetsNobodyElseIn(string example)
    {
        var gateway = Gateway(example);
        var volume = gateway.Spec.Volumes.Single(one => one.Name == "keys").Secret;

        Assert.Equal(KeysFile, gateway.Environment["Segmentation__Identity__KeysFile"]);
        Assert.DoesNotContain("Segmentation__Identity__AllowAnonymous", gateway.Environment.Keys);
        Assert.Equal(
            example == "production-gpu" ? "segmentation-api-keys" : "segmentation-keys", volume.SecretName);
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Key_InPlain_ReachesNoServer(string example) => Assert.All(Render.Of(example).Servers, pod =>
    {
        var secrets = pod.Spec.Volumes.Where(volume => volume.Name == "keys").SelectMany(volume => volume.Secret.Items);
        Assert.All(secrets, item => Assert.Equal("keys.json", item.Key));
        Assert.DoesNotContain(pod.Container.Env ?? [], one => one.Name == "SEGMENTATION_API_KEY");
    });

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Test_OfTheRelease_HasTheKeyFromTheSecretOfTheGateways(string example)
    {
        var test = Render.Of(example).Workloads.Single(pod => pod.Component == "test");
        var key = test.Container.Env.Single(one => one.Name == "SEGMENTATION_API_KEY").ValueFrom.SecretKeyRef;

        Assert.Equal("key", key.Key);
        Assert.Equal(Gateway(example).Spec.Volumes.Single(one => one.Name == "keys").Secret.SecretName, key.Name);
    }

    [Fact]
    public void Secret_ThatTheOperatorGives_IsNotMadeByTheChart() =>
        Assert.DoesNotContain(Render.Of("production-gpu").All<V1Secret>(), one => one.Metadata.Name.Contains("key"));

    [Fact]
    public void Provider_OfTokens_IsGivenToGatewaysWithItsAudience()
    {
        var environment = Gateway("production-gpu").Environment;

        Assert.Equal("https://login.example.com/realms/vision", environment["Segmentation__Identity__Jwt__Authority"]);
        Assert.Equal("segmentation", environment["Segmentation__Identity__Jwt__Audience"]);
        Assert.Equal("team", environment["Segmentation__Identity__Jwt__TenantClaim"]);
        Assert.Equal("scope", environment["Segmentation__Identity__Jwt__ScopeClaim"]);
    }

    [Fact]
    public void Scopes_InTheSchemaOfValues_AreAllThatThereAre()
    {
        var names = ValuesSchema.Root.GetProperty("definitions").GetProperty("scopes").GetProperty("items")
            .GetProperty("enum").EnumerateArray().Select(one => one.GetString());

        Assert.Equal(Scopes.NamesOf(Scopes.All).Order(), names.Order());
    }

    [Fact]
    public void Scopes_InTheDocument_AreAllThatThereAre() =>
        Assert.Equal(Scopes.NamesOf(Scopes.All).Order(), ConfigurationDocument.Scopes.Order());

    [Fact]
    public void Proxies_ThatNameTenants_AreThoseOfTheValues() => Assert.Equal(
        "10.20.0.0/24", Gateway("external-redis").Environment["Segmentation__Identity__TrustedProxies"]);

    [Theory]
    [InlineData("one-node", "segmentation-redis")]
    [InlineData("production-gpu", "segmentation-redis")]
    public void Redis_BuiltIn_WantsThePasswordThatAllTiersReadFromAFile(string example, string secret)
    {
        var render = Render.Of(example);
        var servers = render.Servers.Except(render.Tiers).ToList();

        Assert.Equal(2, servers.Count);
        Assert.All(servers, server =>
        {
            var arguments = server.Container.Args.ToList();
            Assert.Equal("$(REDIS_PASSWORD)", arguments[arguments.IndexOf("--requirepass") + 1]);
            Assert.Equal(
                secret, server.Container.Env.Single(one => one.Name == "REDIS_PASSWORD").ValueFrom.SecretKeyRef.Name);
        });
        Assert.All(render.Tiers, tier =>
        {
            var file = tier.Environment["Segmentation__Redis__PasswordFile"];
            var mount = tier.Container.VolumeMounts.Single(one => one.MountPath == Path.GetDirectoryName(file));
            var volume = tier.Spec.Volumes.Single(one => one.Name == mount.Name).Secret;
            Assert.Equal(secret, volume.SecretName);
            Assert.Equal(Path.GetFileName(file), Assert.Single(volume.Items).Path);
        });
    }

    [Fact]
    public void Password_MadeByTheChart_CannotBeGuessed()
    {
        var password = Encoding.UTF8.GetString(Secret(Render.Of("one-node"), "segmentation-redis").Data["password"]);

        Assert.Matches("^[A-Za-z0-9]{43}$", password);
    }

    private static Workload Gateway(string example) =>
        Render.Of(example).Tiers.Single(pod => pod.Component == "gateway");

    private static V1Secret Secret(Render render, string name) =>
        render.All<V1Secret>().Single(one => one.Metadata.Name == name);
}

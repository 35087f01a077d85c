namespace Segmentation.Charts.Tests;

/// <summary>That the chart and the programs speak of the same options.</summary>
public sealed class OptionTests
{
    private const string Prefix = "Segmentation__";

    /// <summary>What the chart sets itself, from other values or from where a pod is.</summary>
    private static readonly HashSet<string> _ownedByTheChart =
    [
        "Cluster:Id", "Cluster:Tls:AuthoritiesFile", "Cluster:Tls:CertificateFile", "Cluster:Tls:KeyFile",
        "Encoder:PluginLibrary", "Encoder:Provider", "Encoders:Address", "Encoders:StartTimeout",
        "Endpoints:Address", "Endpoints:GrpcPort", "Endpoints:HttpPort", "Endpoints:OperatorAddress", "Endpoints:OperatorPort", "Endpoints:Tls:CertificateFile",
        "Endpoints:Tls:ClientAuthoritiesFile", "Endpoints:Tls:KeyFile", "Hosts:Allowed", "Identity:AllowAnonymous",
        "Identity:ClientCertificates:Enabled", "Identity:ClientCertificates:Proxies",
        "Identity:ClientCertificates:Scopes", "Identity:ClientCertificates:TenantField", "Identity:Jwt:Audience",
        "Identity:Jwt:Authority", "Identity:Jwt:ScopeClaim", "Identity:Jwt:TenantClaim",
        "Identity:KeysFile", "Identity:Studio:KeyRingFile", "Identity:TrustedProxies", "Model:Id", "Model:Others", "Model:Root",
        "Projects:Address", "Projects:ConnectionString", "Projects:DataFolder", "Projects:Migrate",
        "Projects:Gateway:Address", "Projects:Gateway:AuthoritiesFile", "Projects:Gateway:Key", "Projects:Gateway:KeyFile",
        "Projects:Silo:AdvertisedAddress", "Projects:Silo:SiloPort", "Projects:Store:AccessKeyId",
        "Projects:Store:AuthoritiesFile", "Projects:Store:Bucket", "Projects:Store:Endpoint", "Projects:Store:Prefix",
        "Projects:Store:Region", "Projects:Store:SecretAccessKey", "Projects:Store:SecretAccessKeyFile",
        "Redis:AuthoritiesFile", "Redis:Cache",
        "Redis:Cluster", "Redis:PasswordFile", "Silo:AdvertisedAddress", "Silo:DrainTimeout", "Silo:GatewayPort",
        "Scaling:Address", "Scaling:Port", "Silo:HttpPort", "Silo:SiloPort",
    ];

    /// <summary>Without Redis only, and here is always one.</summary>
    private static readonly HashSet<string> _withoutMeaningHere = ["Embeddings:CapacityBytes"];

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Variable_OfAProgram_IsADocumentedOption(string example)
    {
        var variables = Render.Of(example).Tiers.SelectMany(pod => pod.Container.Env).Select(one => one.Name)
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal)).ToHashSet();

        Assert.Contains("Redis:Cache", variables);
        Assert.All(variables, variable => Assert.Contains(variable, ConfigurationDocument.Options));
    }

    [Fact]
    public void Option_InDocuments_CanBeSetByValues() => Assert.Empty(
        ConfigurationDocument.Options
            .Except(ValuesSchema.Options).Except(_ownedByTheChart).Except(_withoutMeaningHere));

    [Fact]
    public void Option_InValues_IsADocumentedOne() =>
        Assert.Empty(ValuesSchema.Options.Except(ConfigurationDocument.Options));

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Variable_AllTiersHave_IsTheSameEverywhere(string example)
    {
        string[] shared = ["Segmentation__Cluster__Id", "Segmentation__Redis__Cluster", "Segmentation__Redis__Cache",
            "Segmentation__Model__Id", "Segmentation__Model__Root"];
        var environments = Render.Of(example).Tiers.Select(pod => pod.Environment).ToList();

        Assert.All(shared, name => Assert.True(
            environments.Where(one => one.ContainsKey(name)).Select(one => one[name]).Distinct().Count() <= 1));
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Password_Any_IsInASecret(string example) => Assert.All(
        Render.Of(example).Servers.SelectMany(pod => pod.Container.Env ?? [])
            .Where(variable => variable.Name.Contains("PASSWORD", StringComparison.Ordinal)),
        variable => Assert.NotNull(variable.ValueFrom.SecretKeyRef));

    [Fact]
    public void Silo_Any_AdvertisesTheAddressOfItsPod()
    {
        var silo = Render.Of("one-node").Tiers.Single(pod => pod.Component == "decoder");
        var address = silo.Container.Env.Single(one => one.Name == "Segmentation__Silo__AdvertisedAddress");

        Assert.Equal("status.podIP", address.ValueFrom.FieldRef.FieldPath);
    }

    [Fact]
    public void Schema_OfValues_RefusesUnknownKeysAtEveryLevel()
    {
        var open = ValuesSchema.Objects.Where(one => !ValuesSchema.IsClosed(one.Schema)).Select(one => one.Path);

        Assert.Equal(
            [
                "/definitions/affinity/nodeAffinity", "/definitions/affinity/podAffinity",
                "/definitions/affinity/podAntiAffinity", "/definitions/named/0", "/global",
            ],
            open.Order());
    }
}

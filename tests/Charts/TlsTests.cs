using k8s.Models;
using Segmentation.Charts.Tests.CustomResources;

namespace Segmentation.Charts.Tests;

/// <summary>Encrypted connections, and their certificates.</summary>
public sealed class TlsTests
{
    private static readonly Render _production = Render.Of("production-gpu");

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void File_ThatAnOptionNames_IsInAMountedSecret(string example) => Assert.All(Render.Of(example).Tiers, tier =>
        Assert.All(
            tier.Environment.Where(one => one.Value.StartsWith("/etc/segmentation/", StringComparison.Ordinal)),
            option =>
            {
                var mount = tier.Container.VolumeMounts.Single(one => one.MountPath == Path.GetDirectoryName(option.Value));
                var secret = tier.Spec.Volumes.Single(one => one.Name == mount.Name).Secret;
                Assert.True(mount.ReadOnlyProperty);
                Assert.Null(mount.SubPath);
                Assert.Contains(Path.GetFileName(option.Value), secret.Items.Select(item => item.Path));
            }));

    [Theory]
    [InlineData("one-node", false)]
    [InlineData("production-gpu", true)]
    [InlineData("external-redis", true)]
    public void Tiers_WithClusterTls_AllHaveTheSameNameAndSecret(string example, bool isOn)
    {
        var tiers = Render.Of(example).Tiers.ToList();
        string[] options = ["CertificateFile", "KeyFile", "AuthoritiesFile"];

        Assert.Equal(3, tiers.Count);
        Assert.All(tiers, tier => Assert.All(
            options, option => Assert.Equal(isOn, tier.Environment.ContainsKey($"Segmentation__Cluster__Tls__{option}"))));
        if (isOn)
        {
            Assert.Single(tiers.Select(tier => tier.Environment["Segmentation__Cluster__Id"]).Distinct());
            Assert.Single(tiers
                .Select(tier => tier.Spec.Volumes.Single(one => one.Name == "cluster-tls").Secret.SecretName).Distinct());
        }
    }

    [Fact]
    public void Certificate_OfTheCluster_HasTheClustersNameForServersAndClients()
    {
        var certificate = Certificate("segmentation-cluster");
        var gateway = _production.Tiers.Single(tier => tier.Component == "gateway");

        Assert.Equal([gateway.Environment["Segmentation__Cluster__Id"]], certificate.DnsNames);
        Assert.Subset(certificate.Usages.ToHashSet(), new HashSet<string> { "server auth", "client auth" });
        Assert.Equal("Always", certificate.PrivateKey.RotationPolicy);
    }

    [Fact]
    public void Certificate_OfRedis_HasTheNamesByWhichTiersReachIt()
    {
        var certificate = Certificate("segmentation-redis");
        var addresses = _production.Tiers.SelectMany(tier => tier.Environment)
            .Where(one => one.Key is "Segmentation__Redis__Cluster" or "Segmentation__Redis__Cache")
            .Select(one => one.Value).Distinct().ToList();

        Assert.Equal(2, addresses.Count);
        Assert.All(addresses, address => Assert.EndsWith(",ssl=true", address, StringComparison.Ordinal));
        Assert.All(addresses, address => Assert.Contains(address.Split(':')[0], certificate.DnsNames));
        Assert.All(_production.Servers.Except(_production.Tiers), redis =>
        {
            var arguments = redis.Container.Args.ToList();
            Assert.Equal("0", arguments[arguments.IndexOf("--port") + 1]);
            Assert.Equal("6379", arguments[arguments.IndexOf("--tls-port") + 1]);
        });
    }

    [Fact]
    public void Certificate_ForClients_HasTheNamesOfServiceAndIngress()
    {
        var certificate = Certificate("segmentation-public");

        Assert.Contains("segmentation-gateway.segmentation.svc.cluster.local", certificate.DnsNames);
        Assert.Contains("segmentation.example.com", certificate.DnsNames);
        Assert.Equal("ClusterIssuer", certificate.IssuerRef.Kind);
        Assert.Equal("internal", certificate.IssuerRef.Name);
    }

    [Fact]
    public void Certificates_WithoutAnIssuer_AreSignedByTheChartsAuthority()
    {
        var authority = _production.All<Issuer>().Single(one => one.Spec.Ca is not null);
        var root = _production.All<Certificate>().Single(one => one.Spec.IsAuthority);

        Assert.Equal(authority.Spec.Ca!.SecretName, root.Spec.SecretName);
        Assert.NotNull(
            _production.All<Issuer>().Single(one => one.Metadata.Name == root.Spec.IssuerRef.Name).Spec.SelfSigned);
        string[] inner = ["segmentation-cluster", "segmentation-redis"];
        Assert.All(inner, name => Assert.Equal(authority.Metadata.Name, Certificate(name).IssuerRef.Name));
    }

    [Fact]
    public void Secret_OfACertificate_IsTheOneThatPodsMount()
    {
        var mounted = _production.Workloads.SelectMany(pod => pod.Spec.Volumes ?? [])
            .Select(volume => volume.Secret?.SecretName).ToHashSet();

        Assert.All(
            _production.All<Certificate>().Where(one => !one.Spec.IsAuthority),
            certificate => Assert.Contains(certificate.Spec.SecretName, mounted));
    }

    [Theory]
    [InlineData("one-node", "kubernetes.io/h2c", "http")]
    [InlineData("production-gpu", "https", "https")]
    public void Service_OfTheGateways_SaysWhatIsSpokenThere(string example, string grpc, string http)
    {
        var ports = Render.Of(example).All<V1Service>()
            .Single(one => one.Metadata.Name == "segmentation-gateway").Spec.Ports.ToDictionary(port => port.Name);

        Assert.Equal(grpc, ports["grpc"].AppProtocol);
        Assert.Equal(http, ports["http"].AppProtocol);
    }

    [Fact]
    public void Test_OfGatewaysWithTls_HasTheirCertificateAndNotItsKey()
    {
        var test = _production.Workloads.Single(pod => pod.Component == "test");
        var volume = Assert.Single(test.Spec.Volumes).Secret;

        Assert.Equal(Certificate("segmentation-public").SecretName, volume.SecretName);
        Assert.Equal("tls.crt", Assert.Single(volume.Items).Key);
        Assert.Contains(
            "--Segmentation:Endpoints:Tls:CertificateFile=/etc/segmentation/public-tls/tls.crt", test.Container.Args);
    }

    private static CertificateSpec Certificate(string name) =>
        _production.All<Certificate>().Single(one => one.Metadata.Name == name).Spec;
}

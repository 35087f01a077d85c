using k8s.Models;
using Segmentation.Charts.Tests.CustomResources;

namespace Segmentation.Charts.Tests;

/// <summary>That what names another object names one that is there.</summary>
public sealed class WiringTests
{
    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Object_Any_HasANameOfItsOwn(string example)
    {
        var names = Render.Of(example).Objects.Select(one => $"{one.Kind} {one.Metadata.Name}").ToList();

        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Deployment_Any_SelectsItsOwnPodsOnly(string example)
    {
        var render = Render.Of(example);
        Assert.All(render.All<V1Deployment>(), deployment => Assert.Same(
            deployment.Spec.Template.Spec, Assert.Single(render.Selected(deployment.Spec.Selector.MatchLabels)).Spec));
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Deployment_OfATier_ReplacesAPodOnlyWhenTheNextIsReady(string example)
    {
        var render = Render.Of(example);
        var oneNodeOnly = render.All<V1PersistentVolumeClaim>()
            .Where(claim => claim.Spec.AccessModes.All(mode => mode is "ReadWriteOnce" or "ReadWriteOncePod"))
            .Select(claim => claim.Metadata.Name).ToHashSet();
        Assert.All(render.All<V1Deployment>().Where(one => one.Spec.Strategy.Type == "RollingUpdate"), deployment =>
        {
            var rollout = deployment.Spec.Strategy.RollingUpdate;
            var claims = (deployment.Spec.Template.Spec.Volumes ?? [])
                .Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>();
            if (!claims.Any(oneNodeOnly.Contains))
            {
                Assert.Equal("0", rollout.MaxUnavailable.Value);
                return;
            }

            // One node at a time can mount the volume: a next pod on another node would never become ready while the
            // pod before it holds the volume, so that pod has to go first.
            Assert.Equal(1, deployment.Spec.Replicas);
            Assert.Equal(("0", "1"), (rollout.MaxSurge.Value, rollout.MaxUnavailable.Value));
        });
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Service_Any_SelectsOneKindOfPodThatListens(string example)
    {
        var render = Render.Of(example);
        Assert.All(render.All<V1Service>(), service =>
        {
            var pod = Assert.Single(render.Selected(service.Spec.Selector));
            Assert.All(service.Spec.Ports, port => Assert.True(pod.Listens(port.TargetPort)));
        });
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Gateway_LookingForEncoders_FindsEveryOneByName(string example)
    {
        var render = Render.Of(example);
        var gateway = render.Tiers.Single(pod => pod.Component == "gateway");
        var address = new Uri(gateway.Environment["Segmentation__Encoders__Address"]).AbsolutePath.Trim('/').Split(':');
        var service = render.All<V1Service>().Single(one => one.Metadata.Name == address[0]);

        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.Contains(service.Spec.Ports, port => $"{port.Port}" == address[1] && port.Name == "grpc");
    }

    [Theory]
    [InlineData("one-node")]
    [InlineData("production-gpu")]
    public void Tier_WithBuiltInRedis_FindsItByName(string example)
    {
        var render = Render.Of(example);
        var addresses = render.Tiers.SelectMany(pod => pod.Environment)
            .Where(variable => variable.Key.StartsWith("Segmentation__Redis__C", StringComparison.Ordinal))
            .Select(variable => variable.Value.Split(',')[0]).Distinct().Order();

        Assert.Equal(["segmentation-redis-cache:6379", "segmentation-redis-cluster:6379"], addresses);
        Assert.All(addresses, address => Assert.Contains(
            render.All<V1Service>(), service => address == $"{service.Metadata.Name}:{service.Spec.Ports[0].Port}"));
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void DisruptionBudget_Any_LetsAPodOfOneKindGo(string example)
    {
        var render = Render.Of(example);
        var budgets = render.All<V1PodDisruptionBudget>().ToList();

        Assert.Equal(
            render.Tiers.Select(pod => pod.Component).Order(),
            budgets.Select(budget => Assert.Single(render.Selected(budget.Spec.Selector.MatchLabels)))
                .Select(pod => pod.Component).Order());
        Assert.All(budgets, budget =>
        {
            Assert.Null(budget.Spec.MinAvailable);
            Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
        });
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Deployment_Any_HasReplicasOrAnAutoscaler(string example)
    {
        var render = Render.Of(example);
        var scaled = render.All<V2HorizontalPodAutoscaler>().Select(one => one.Spec.ScaleTargetRef)
            .Concat(render.All<ScaledObject>().Select(one => one.Spec.ScaleTargetRef)).ToList();
        Assert.All(scaled, target => Assert.Equal(("apps/v1", "Deployment"), (target.ApiVersion, target.Kind)));

        var unscaled = render.All<V1Deployment>().Where(one => one.Spec.Replicas is not null);
        Assert.Equal(
            render.All<V1Deployment>().Select(one => one.Metadata.Name).Order(),
            scaled.Select(one => one.Name).Concat(unscaled.Select(one => one.Metadata.Name)).Order());
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Backend_OfIngressOrRoute_IsAPortOfAService(string example)
    {
        var render = Render.Of(example);
        var services = render.All<V1Service>().ToDictionary(one => one.Metadata.Name, one => one.Spec.Ports);
        var paths = render.All<V1Ingress>().SelectMany(one => one.Spec.Rules).SelectMany(rule => rule.Http.Paths);
        Assert.All(paths.Select(path => path.Backend.Service), backend =>
            Assert.Contains(services[backend.Name], port => port.Name == backend.Port.Name));
        var backends = render.All<Route>().SelectMany(one => one.Spec.Rules).SelectMany(rule => rule.BackendRefs);
        Assert.All(backends, backend =>
            Assert.Contains(services[backend.Name], port => port.Port == backend.Port));
    }

    [Fact]
    public void ServiceMonitor_Any_FindsTheOperatorsPortOfEveryTier()
    {
        var render = Render.Of("production-gpu");
        var monitor = Assert.Single(render.All<ServiceMonitor>()).Spec;
        var tiers = Assert.Single(monitor.Selector.MatchExpressions);
        var found = render.All<V1Service>().Where(service =>
            monitor.Selector.MatchLabels.All(label => service.Metadata.Labels[label.Key] == label.Value)
            && tiers.Values.Contains(service.Metadata.Labels[tiers.Key])
            && service.Spec.Ports.Any(port => port.Name == Assert.Single(monitor.Endpoints).Port)).ToList();

        Assert.Equal("operators", Assert.Single(monitor.Endpoints).Port);
        Assert.Equal(
            tiers.Values.Order(), found.Select(service => service.Metadata.Labels[tiers.Key]).Order());

        // Addresses of pods, which no load balancer publishes.
        Assert.All(found, service => Assert.Equal("None", service.Spec.ClusterIP));
    }
}

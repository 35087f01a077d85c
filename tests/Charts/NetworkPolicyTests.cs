using System.Globalization;
using k8s.Models;

namespace Segmentation.Charts.Tests;

/// <summary>Who reaches whom.</summary>
public sealed class NetworkPolicyTests
{
    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Server_Any_IsUnderOnePolicyOfPortsItHas(string example)
    {
        var render = Render.Of(example);
        var policies = Policies(render, "Ingress").ToList();
        Assert.All(policies, policy =>
        {
            var pod = Assert.Single(render.Selected(policy.Spec.PodSelector.MatchLabels));
            Assert.All(policy.Spec.Ingress.SelectMany(rule => rule.Ports), port => Assert.True(pod.Listens(port.Port)));
        });
        Assert.Equal(render.Servers.Count(), policies.Count);
    }

    [Theory]
    [InlineData("one-node", "decoder", "silo", "decoder")]
    [InlineData("one-node", "decoder", "orleans", "gateway")]
    [InlineData("one-node", "decoder", "http", null)]
    [InlineData("one-node", "decoder", "operators", null)]
    [InlineData("one-node", "encoder", "grpc", "gateway")]
    [InlineData("one-node", "encoder", "http", null)]
    [InlineData("one-node", "gateway", "grpc", "anybody")]
    [InlineData("one-node", "gateway", "http", "anybody")]
    [InlineData("one-node", "gateway", "operators", null)]
    [InlineData("one-node", "redis-cluster", "redis", "decoder gateway")]
    [InlineData("one-node", "redis-cache", "redis", "decoder encoder gateway")]
    [InlineData("projects-trial", "projects", "grpc", "gateway")]
    [InlineData("projects-trial", "projects", "silo", "projects")]
    [InlineData("projects-trial", "projects", "http", null)]
    [InlineData("projects-trial", "projects", "operators", null)]
    [InlineData("projects-trial", "postgresql", "postgresql", "backup projects")]
    [InlineData("projects-trial", "redis-cluster", "redis", "decoder gateway projects")]
    [InlineData("production-gpu", "decoder", "operators", "namespace monitoring")]
    [InlineData("production-gpu", "encoder", "operators", "namespace monitoring")]
    [InlineData("production-gpu", "gateway", "grpc", "namespace ingress-nginx test")]
    [InlineData("production-gpu", "gateway", "http", "namespace ingress-nginx test")]
    [InlineData("production-gpu", "gateway", "operators", "namespace monitoring")]
    public void Port_OfAServer_IsOpenToThoseWhoNeedIt(string example, string component, string port, string? expected)
    {
        var render = Render.Of(example);
        var rules = Policies(render, "Ingress")
            .Single(policy => Component(policy.Spec.PodSelector) == component).Spec.Ingress
            .Where(rule => rule.Ports.Any(one => one.Port.Value == port));
        var admitted = rules.SelectMany(rule => rule.FromProperty?.Select(Name) ?? ["anybody"]).Order();

        Assert.Equal(expected ?? "", string.Join(' ', admitted));
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Peer_OfTheRelease_IsAPodThatIsThere(string example)
    {
        var render = Render.Of(example);
        var incoming = Policies(render, "Ingress").SelectMany(policy => policy.Spec.Ingress)
            .SelectMany(rule => rule.FromProperty ?? []);
        var outgoing = Policies(render, "Egress").SelectMany(policy => policy.Spec.Egress)
            .SelectMany(rule => rule.To ?? []);
        var own = incoming.Concat(outgoing)
            .Where(peer => peer.NamespaceSelector is null && peer.IpBlock is null);

        Assert.All(own, peer => Assert.Single(render.Selected(peer.PodSelector.MatchLabels)));
    }

    [Theory]
    [InlineData("gateway", "192.0.2.0/24:443 anybody:53 decoder:30000 encoder:7090 namespace observability:4317 redis-cache:6379 redis-cluster:6379")]
    [InlineData("decoder", "anybody:53 decoder:11111 namespace observability:4317 redis-cache:6379 redis-cluster:6379")]
    [InlineData("encoder", "anybody:53 namespace observability:4317 redis-cache:6379")]
    [InlineData("redis-cache", "")]
    [InlineData("redis-cluster", "")]
    [InlineData("test", "anybody:53 gateway:7080 gateway:7081")]
    public void Pod_GoingOut_ReachesOnlyWhatTheDesignHas(string component, string expected)
    {
        var policy = Policies(Render.Of("production-gpu"), "Egress")
            .Single(one => Component(one.Spec.PodSelector) == component);
        var reached = from rule in policy.Spec.Egress
                      from port in rule.Ports
                      from peer in rule.To?.Select(Name) ?? ["anybody"]
                      select $"{peer}:{port.Port.Value}";

        Assert.Equal(expected, string.Join(' ', reached.Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Port_GoneOutTo_IsOneThatThePodListensOn()
    {
        var render = Render.Of("production-gpu");
        var rules = Policies(render, "Egress").SelectMany(policy => policy.Spec.Egress)
            .Where(rule => rule.To?.Any(peer => peer.PodSelector is not null) == true);

        Assert.All(rules, rule =>
        {
            var pod = Assert.Single(render.Selected(Assert.Single(rule.To).PodSelector.MatchLabels));
            Assert.All(rule.Ports, port => Assert.Contains(
                pod.Container.Ports, one => one.ContainerPort.ToString(CultureInfo.InvariantCulture) == port.Port.Value));
        });
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Pod_Any_IsReachedByNobodyAndReachesNobodyUnlessAPolicySaysSo(string example)
    {
        var render = Render.Of(example);
        var policy = render.All<V1NetworkPolicy>().Single(IsDefault);

        Assert.Equal(["Egress", "Ingress"], policy.Spec.PolicyTypes.Order());
        Assert.Null(policy.Spec.Ingress);
        Assert.Null(policy.Spec.Egress);
        Assert.Equal(render.Workloads.Count, render.Selected(policy.Spec.PodSelector.MatchLabels).Count());
    }

    [Theory]
    [InlineData("one-node")]
    [InlineData("external-redis")]
    public void Pod_GoingOutByDefault_ReachesNameServersAndItsTiersOnly(string example)
    {
        var rules = Policies(Render.Of(example), "Egress").SelectMany(policy => policy.Spec.Egress).ToList();

        Assert.NotEmpty(rules);
        Assert.All(rules.Where(rule => rule.To is null), rule =>
            Assert.All(rule.Ports, port => Assert.Equal("53", port.Port.Value)));
    }

    private static IEnumerable<V1NetworkPolicy> Policies(Render render, string type) => render.All<V1NetworkPolicy>()
        .Where(policy => !IsDefault(policy) && policy.Spec.PolicyTypes.Single() == type);

    private static bool IsDefault(V1NetworkPolicy policy) =>
        policy.Metadata.Name.EndsWith("-default-deny", StringComparison.Ordinal);

    private static string Name(V1NetworkPolicyPeer peer) => peer.IpBlock is { } block ? block.Cidr
        : peer.NamespaceSelector is { } selector
        ? $"namespace {selector.MatchLabels["kubernetes.io/metadata.name"]}"
        : Component(peer.PodSelector);

    private static string Component(V1LabelSelector selector) => selector.MatchLabels["app.kubernetes.io/component"];
}

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
        var policies = render.All<V1NetworkPolicy>().ToList();
        Assert.All(policies, policy =>
        {
            var pod = Assert.Single(render.Selected(policy.Spec.PodSelector.MatchLabels));
            Assert.Equal(["Ingress"], policy.Spec.PolicyTypes);
            Assert.All(policy.Spec.Ingress.SelectMany(rule => rule.Ports), port => Assert.True(pod.Listens(port.Port)));
        });
        Assert.Equal(render.Servers.Count(), policies.Count);
    }

    [Theory]
    [InlineData("one-node", "decoder", "silo", "decoder")]
    [InlineData("one-node", "decoder", "orleans", "gateway")]
    [InlineData("one-node", "decoder", "http", null)]
    [InlineData("one-node", "encoder", "grpc", "gateway")]
    [InlineData("one-node", "encoder", "http", null)]
    [InlineData("one-node", "gateway", "grpc", "anybody")]
    [InlineData("one-node", "gateway", "http", "anybody")]
    [InlineData("one-node", "redis-cluster", "redis", "decoder gateway")]
    [InlineData("one-node", "redis-cache", "redis", "decoder encoder gateway")]
    [InlineData("production-gpu", "decoder", "http", "namespace monitoring")]
    [InlineData("production-gpu", "encoder", "http", "namespace monitoring")]
    [InlineData("production-gpu", "gateway", "grpc", "namespace ingress-nginx test")]
    [InlineData("production-gpu", "gateway", "http", "namespace ingress-nginx namespace monitoring test")]
    public void Port_OfAServer_IsOpenToThoseWhoNeedIt(string example, string component, string port, string? expected)
    {
        var render = Render.Of(example);
        var rules = render.All<V1NetworkPolicy>()
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
        var own = render.All<V1NetworkPolicy>().SelectMany(policy => policy.Spec.Ingress)
            .SelectMany(rule => rule.FromProperty ?? [])
            .Where(peer => peer.NamespaceSelector is null);

        Assert.All(own, peer => Assert.Single(render.Selected(peer.PodSelector.MatchLabels)));
    }

    private static string Name(V1NetworkPolicyPeer peer) => peer.NamespaceSelector is { } selector
        ? $"namespace {selector.MatchLabels["kubernetes.io/metadata.name"]}"
        : Component(peer.PodSelector);

    private static string Component(V1LabelSelector selector) => selector.MatchLabels["app.kubernetes.io/component"];
}

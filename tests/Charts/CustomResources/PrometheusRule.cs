using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>
/// The Prometheus operator's <c>PrometheusRule</c>, <c>monitoring.coreos.com/v1</c>: the fields that the chart may use.
/// </summary>
internal sealed class PrometheusRule : IKubernetesObject<V1ObjectMeta>, ISpec<PrometheusRule.Rules>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public Rules Spec { get; set; } = new();

    internal sealed class Rules
    {
        public List<Group> Groups { get; set; } = [];
    }

    internal sealed class Group
    {
        public string Name { get; set; } = "";

        [YamlDotNet.Serialization.YamlMember(Alias = "rules")]
        public List<Alert> Alerts { get; set; } = [];
    }

    internal sealed class Alert
    {
        [YamlDotNet.Serialization.YamlMember(Alias = "alert")]
        public string Name { get; set; } = "";

        public string Expr { get; set; } = "";

        public string For { get; set; } = "";

        public Dictionary<string, string> Labels { get; set; } = [];

        public Dictionary<string, string> Annotations { get; set; } = [];
    }
}

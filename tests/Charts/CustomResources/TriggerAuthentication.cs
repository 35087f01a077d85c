using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>KEDA's <c>TriggerAuthentication</c>, <c>keda.sh/v1alpha1</c>: the fields that the chart may use.</summary>
internal sealed class TriggerAuthentication : IKubernetesObject<V1ObjectMeta>, ISpec<TriggerAuthentication.Sources>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public Sources Spec { get; set; } = new();

    internal sealed class Sources
    {
        public List<SecretTarget> SecretTargetRef { get; set; } = [];
    }

    internal sealed class SecretTarget
    {
        public string Parameter { get; set; } = "";

        public string Name { get; set; } = "";

        public string Key { get; set; } = "";
    }
}

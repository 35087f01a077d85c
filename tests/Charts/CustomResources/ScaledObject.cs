using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>KEDA's <c>ScaledObject</c>, <c>keda.sh/v1alpha1</c>: the fields that the chart may use.</summary>
internal sealed class ScaledObject : IKubernetesObject<V1ObjectMeta>, ISpec<ScaledObject.Scaling>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public Scaling Spec { get; set; } = new();

    internal sealed class Scaling
    {
        public V2CrossVersionObjectReference ScaleTargetRef { get; set; } = new();

        public int MinReplicaCount { get; set; }

        public int MaxReplicaCount { get; set; }

        public int PollingInterval { get; set; }

        public int? CooldownPeriod { get; set; }

        public FallbackConfig? Fallback { get; set; }

        public AdvancedConfig Advanced { get; set; } = new();

        public List<Trigger> Triggers { get; set; } = [];
    }

    internal sealed class FallbackConfig
    {
        public int FailureThreshold { get; set; }

        public int Replicas { get; set; }
    }

    internal sealed class AdvancedConfig
    {
        public AutoscalerConfig HorizontalPodAutoscalerConfig { get; set; } = new();
    }

    internal sealed class AutoscalerConfig
    {
        public V2HorizontalPodAutoscalerBehavior Behavior { get; set; } = new();
    }

    internal sealed class Trigger
    {
        public string Type { get; set; } = "";

        public TriggerMetadata Metadata { get; set; } = new();

        public V1LocalObjectReference? AuthenticationRef { get; set; }
    }

    /// <summary>Metadata of the triggers <c>prometheus</c> and <c>external-push</c>.</summary>
    internal sealed class TriggerMetadata
    {
        public string ServerAddress { get; set; } = "";

        public string Query { get; set; } = "";

        public string Threshold { get; set; } = "";

        public string ScalerAddress { get; set; } = "";

        public string Model { get; set; } = "";

        public string SecondsPerEncoder { get; set; } = "";

        public string EnableTLS { get; set; } = "";
    }
}

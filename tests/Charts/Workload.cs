using k8s.Models;

namespace Segmentation.Charts.Tests;

/// <summary>A pod that the chart makes. It has one container.</summary>
internal sealed record Workload(V1ObjectMeta Metadata, V1PodSpec Spec)
{
    public IDictionary<string, string> Labels => Metadata.Labels;

    public string Component => Labels["app.kubernetes.io/component"];

    public V1Container Container => Assert.Single(Spec.Containers);

    /// <summary>Environment variables that have a value, not a reference.</summary>
    public Dictionary<string, string> Environment => (Container.Env ?? [])
        .Where(one => one.Value is not null)
        .ToDictionary(one => one.Name, one => one.Value);

    /// <summary>Whether a port, by name or number, is one of the container's.</summary>
    public bool Listens(IntOrString port) => Container.Ports.Any(
        one => one.Name == port.Value || $"{one.ContainerPort}" == port.Value);

    public override string ToString() => Component;
}

using k8s.Models;

namespace Segmentation.Charts.Tests;

/// <summary>A pod that the chart makes. It has one container.</summary>
/// <param name="Metadata">Labels and annotations of the pod.</param>
/// <param name="Spec">The pod.</param>
/// <param name="ClaimTemplates">Volumes that a StatefulSet adds to those of the pod.</param>
internal sealed record Workload(
    V1ObjectMeta Metadata, V1PodSpec Spec, IEnumerable<V1PersistentVolumeClaim>? ClaimTemplates = null)
{
    public IDictionary<string, string> Labels => Metadata.Labels;

    public string Component => Labels["app.kubernetes.io/component"];

    public V1Container Container => Assert.Single(Spec.Containers);

    /// <summary>Environment variables that have a value, not a reference.</summary>
    public Dictionary<string, string> Environment => (Container.Env ?? [])
        .Where(one => one.Value is not null)
        .ToDictionary(one => one.Name, one => one.Value);

    /// <summary>Names of all volumes that the container can mount.</summary>
    public IEnumerable<string> Volumes => (Spec.Volumes ?? []).Select(volume => volume.Name)
        .Concat((ClaimTemplates ?? []).Select(claim => claim.Metadata.Name));

    /// <summary>Port that a probe asks, by name or number.</summary>
    public static IntOrString PortOf(V1Probe probe)
    {
        if (probe.Exec is null)
        {
            return probe.HttpGet?.Port ?? probe.TcpSocket.Port;
        }

        // A command of the container's own says the port after -p, as programs of PostgreSQL do.
        var words = probe.Exec.Command;
        Assert.Contains("-p", words);
        return words[words.IndexOf("-p") + 1];
    }

    /// <summary>Whether a port, by name or number, is one of the container's.</summary>
    public bool Listens(IntOrString port) => Container.Ports.Any(
        one => one.Name == port.Value || $"{one.ContainerPort}" == port.Value);

    public override string ToString() => Component;
}

using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Segmentation.Charts.Tests.CustomResources;

namespace Segmentation.Charts.Tests;

/// <summary>
/// What the chart renders for an example, read into the types of the Kubernetes API: a field that a type has not, or a
/// value that it cannot hold, fails. Custom resources are not among the client's types, so they have strict ones here.
/// </summary>
public sealed class Render
{
    private static readonly Dictionary<string, Type> _customResources = new()
    {
        ["cert-manager.io/v1/Certificate"] = typeof(Certificate),
        ["cert-manager.io/v1/Issuer"] = typeof(Issuer),
        ["keda.sh/v1alpha1/ScaledObject"] = typeof(ScaledObject),
        ["keda.sh/v1alpha1/TriggerAuthentication"] = typeof(TriggerAuthentication),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        ["gateway.networking.k8s.io/v1/GRPCRoute"] = typeof(Route),
        ["gateway.networking.k8s.io/v1/HTTPRoute"] = typeof(Route),
    };

    private static readonly ConcurrentDictionary<string, Render> _read = new();

    private Render(string yaml)
    {
        Objects = [.. Parse(yaml).Cast<IKubernetesObject<V1ObjectMeta>>()];
        Workloads =
        [
            .. All<V1Deployment>().Select(one => new Workload(one.Spec.Template.Metadata, one.Spec.Template.Spec)),
            .. All<V1StatefulSet>().Select(one => new Workload(
                one.Spec.Template.Metadata, one.Spec.Template.Spec, one.Spec.VolumeClaimTemplates)),
            .. All<V1CronJob>().Select(one => one.Spec.JobTemplate.Spec.Template)
                .Select(one => new Workload(one.Metadata, one.Spec)),
            .. All<V1Pod>().Select(one => new Workload(one.Metadata, one.Spec)),
        ];
    }

    /// <summary>Names of the examples with one Deployment a tier.</summary>
    public static TheoryData<string> Examples { get; } =
        ["one-node", "production-gpu", "external-redis", "projects-trial", "projects"];

    /// <summary>Everything rendered.</summary>
    internal IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects { get; }

    /// <summary>The pods of all Deployments, of the database and of backups, and the one of helm test.</summary>
    internal IReadOnlyList<Workload> Workloads { get; }

    /// <summary>The pods that stay.</summary>
    internal IEnumerable<Workload> Servers => Workloads.Where(one => one.Component is not ("test" or "backup"));

    /// <summary>Gateways, silos, encoders and projects.</summary>
    internal IEnumerable<Workload> Tiers =>
        Servers.Where(one => one.Component is "gateway" or "decoder" or "encoder" or "projects");

    /// <summary>The render of an example.</summary>
    internal static Render Of(string example) => _read.GetOrAdd(
        example,
        static name => new Render(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "examples", name, "rendered.yaml"))));

    /// <summary>Reads manifests strictly.</summary>
    internal static List<object> Parse(string yaml) => KubernetesYaml.LoadAllFromString(yaml, _customResources, true);

    /// <summary>All objects of a type.</summary>
    internal IEnumerable<T> All<T>() => Objects.OfType<T>();

    /// <summary>The pods that a selector's labels select.</summary>
    internal IEnumerable<Workload> Selected(IDictionary<string, string> labels) =>
        Workloads.Where(one => !labels.Except(one.Labels).Any());
}

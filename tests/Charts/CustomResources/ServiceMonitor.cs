using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>
/// The Prometheus operator's <c>ServiceMonitor</c>, <c>monitoring.coreos.com/v1</c>: the fields that the chart may use.
/// </summary>
internal sealed class ServiceMonitor : IKubernetesObject<V1ObjectMeta>, ISpec<ServiceMonitor.Scraping>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public Scraping Spec { get; set; } = new();

    internal sealed class Scraping
    {
        public Namespaces NamespaceSelector { get; set; } = new();

        public V1LabelSelector Selector { get; set; } = new();

        public List<Endpoint> Endpoints { get; set; } = [];
    }

    internal sealed class Namespaces
    {
        public List<string> MatchNames { get; set; } = [];
    }

    internal sealed class Endpoint
    {
        public string Port { get; set; } = "";

        public string Path { get; set; } = "";

        public string Interval { get; set; } = "";

        public string ScrapeTimeout { get; set; } = "";
    }
}

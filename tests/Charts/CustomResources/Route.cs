using k8s;
using k8s.Models;

namespace Segmentation.Charts.Tests.CustomResources;

/// <summary>
/// The Gateway API's <c>GRPCRoute</c> and <c>HTTPRoute</c>, <c>gateway.networking.k8s.io/v1</c>: the fields that the
/// chart may use, which are the same.
/// </summary>
internal sealed class Route : IKubernetesObject<V1ObjectMeta>, ISpec<Route.Routing>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public Routing Spec { get; set; } = new();

    internal sealed class Routing
    {
        public List<Parent> ParentRefs { get; set; } = [];

        public List<string> Hostnames { get; set; } = [];

        public List<Rule> Rules { get; set; } = [];
    }

    internal sealed class Parent
    {
        public string? Group { get; set; }

        public string? Kind { get; set; }

        public string Name { get; set; } = "";

        public string? Namespace { get; set; }

        public string? SectionName { get; set; }

        public int? Port { get; set; }
    }

    internal sealed class Rule
    {
        public List<Backend> BackendRefs { get; set; } = [];
    }

    internal sealed class Backend
    {
        public string Name { get; set; } = "";

        public int Port { get; set; }
    }
}

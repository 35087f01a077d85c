using YamlDotNet.Core;

namespace Segmentation.Charts.Tests;

/// <summary>That reading the renders would notice faults, in objects of Kubernetes and in custom ones.</summary>
public sealed class ParsingTests
{
    [Theory]
    [InlineData("replicas: 2", "replica: 2")]
    [InlineData("livenessProbe:", "livelinessProbe:")]
    [InlineData("periodSeconds: 10", "periodSeconds: often")]
    public void Parse_FaultInADeployment_Throws(string text, string fault) => Refuses("one-node", text, fault);

    [Theory]
    [InlineData("maxReplicaCount:", "maxReplicas:")]
    [InlineData("scrapeTimeout:", "timeout:")]
    [InlineData("expr: segmentation_gateway_silos", "expression: segmentation_gateway_silos")]
    public void Parse_FaultInACustomResource_Throws(string text, string fault) =>
        Refuses("production-gpu", text, fault);

    private static void Refuses(string example, string text, string fault)
    {
        var yaml = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "examples", example, "rendered.yaml"));
        Assert.Contains(text, yaml, StringComparison.Ordinal);

        Assert.ThrowsAny<YamlException>(() => Render.Parse(yaml.Replace(text, fault, StringComparison.Ordinal)));
    }
}

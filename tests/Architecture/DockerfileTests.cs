using System.Text.RegularExpressions;
using System.Xml.Linq;
using Segmentation.Tests.Shared;

namespace Segmentation.Architecture.Tests;

/// <summary>Faults that an image build would find late, found without an engine.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string _dockerfile = File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile"));
    private static readonly string _compose = File.ReadAllText(Path.Combine(Repository.Root, "docker-compose.yml"));

    [Fact]
    public void Dockerfile_ProjectsBeforeRestore_AreThoseOfItsServices()
    {
        HashSet<string> needed = [];
        foreach (var service in Services())
        {
            AddWithReferences(char.ToUpperInvariant(service[0]) + service[1..], needed);
        }

        var copied = ProjectFile().Matches(_dockerfile).Select(match => match.Groups["folder"].Value);

        Assert.Equal(needed.Order(StringComparer.Ordinal), copied);
    }

    [Fact]
    public void Dockerfile_Services_HaveAStageForTheStudioAndOneForTheImage()
    {
        Assert.Equal(["decoder", "encoder", "gateway", "projects", "standalone"], Services());
        Assert.Equal(Services(), StageNames("studio-of-"));
    }

    [Fact]
    public void Compose_Services_AreThoseOfTheDockerfile()
    {
        var built = ServiceArgument().Matches(_compose).Select(match => match.Groups["service"].Value).ToHashSet();

        Assert.Equal(["decoder", "encoder", "gateway", "projects"], built.Order(StringComparer.Ordinal));
        Assert.Subset(Services().ToHashSet(), built);
    }

    [Fact]
    public void Compose_BaseImages_AreTheDockerfilesDefaults()
    {
        var images = BaseImage().Matches(_dockerfile);

        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.Contains(
            $"{image.Groups["name"]}: ${{SEGMENTATION_{image.Groups["name"]}:-{image.Groups["image"]}}}",
            _compose,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Dockerfile_PackagesOfAnImage_AreThoseOfTheLockFiles()
    {
        var lockedBefore = _dockerfile.IndexOf("ENV CI=true\n", StringComparison.Ordinal);

        Assert.True(lockedBefore > 0 && lockedBefore < _dockerfile.IndexOf("dotnet restore", StringComparison.Ordinal));
        Assert.Contains(" npm ci ", _dockerfile, StringComparison.Ordinal);
        Assert.DoesNotContain("npm install", _dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void Dockerfile_Gpu_BuildsForCudaOnABaseImageThatIsAnArgument()
    {
        Assert.Contains("ARG FINAL_IMAGE=${GPU:+$CUDA_IMAGE}\n", _dockerfile, StringComparison.Ordinal);
        Assert.Contains("FROM ${FINAL_IMAGE:-$RUNTIME_IMAGE} AS runtime\n", _dockerfile, StringComparison.Ordinal);
        Assert.Contains("${GPU:+-p:OnnxRuntime=Gpu -p:SelfContained=true}", _dockerfile, StringComparison.Ordinal);
    }

    private static string[] Services() => StageNames("image-of-");

    /// <summary>The services that have a stage of a kind, by name.</summary>
    private static string[] StageNames(string prefix) =>
    [
        .. Stage().Matches(_dockerfile).Select(match => match.Groups["name"].Value)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..]).Order(StringComparer.Ordinal),
    ];

    private static void AddWithReferences(string folder, HashSet<string> folders)
    {
        if (!folders.Add(folder))
        {
            return;
        }

        var project = Path.Combine(Repository.Root, "services", folder, $"Segmentation.{folder}.csproj");
        foreach (var reference in XDocument.Load(project).Descendants("ProjectReference"))
        {
            AddWithReferences(Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value)!), folders);
        }
    }

    [GeneratedRegex(
        @"^COPY services/(?<folder>\w+)/\*\.csproj services/\k<folder>/packages\*\.lock\.json services/\k<folder>/$",
        RegexOptions.Multiline)]
    private static partial Regex ProjectFile();

    [GeneratedRegex(@"^FROM \S+ AS (?<name>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"^ +SERVICE: (?<service>\w+)$", RegexOptions.Multiline)]
    private static partial Regex ServiceArgument();

    [GeneratedRegex(@"^ARG (?<name>\w+_IMAGE)=(?<image>[^$\s]+)$", RegexOptions.Multiline)]
    private static partial Regex BaseImage();
}

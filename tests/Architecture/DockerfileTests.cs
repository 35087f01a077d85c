using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Segmentation.ServiceDefaults.Tests.Containers;

/// <summary>What an image build would find out late, checked without an engine.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string _root = FindRoot();

    [Theory]
    [InlineData("Decoder")]
    [InlineData("Encoder")]
    [InlineData("Gateway")]
    [InlineData("Standalone")]
    public void Dockerfile_ProjectsBeforeRestore_AreThoseThatTheProgramIsMadeOf(string service)
    {
        var copied = ProjectFile().Matches(Dockerfile(service)).Select(match => match.Groups["folder"].Value);

        Assert.Equal(Needed(service).Order(StringComparer.Ordinal), copied);
    }

    [Theory]
    [InlineData("Decoder")]
    [InlineData("Encoder")]
    [InlineData("Gateway")]
    public void Compose_BaseImages_AreTheDockerfilesDefaults(string service)
    {
        var compose = File.ReadAllText(Path.Combine(_root, "docker-compose.yml"));
        var images = BaseImage().Matches(Dockerfile(service));

        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.Contains(
            $"{image.Groups["name"]}: ${{SEGMENTATION_{image.Groups["name"]}:-{image.Groups["image"]}}}",
            compose,
            StringComparison.Ordinal));
    }

    private static string Dockerfile(string service) =>
        File.ReadAllText(Path.Combine(_root, "services", service, "Dockerfile"));

    private static HashSet<string> Needed(string service)
    {
        HashSet<string> folders = [];
        Add(service);
        return folders;

        void Add(string folder)
        {
            if (folders.Add(folder))
            {
                var project = Path.Combine(_root, "services", folder, $"Segmentation.{folder}.csproj");
                foreach (var reference in XDocument.Load(project).Descendants("ProjectReference"))
                {
                    Add(Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value)!));
                }
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Segmentation.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Segmentation.sln is not above the tests.");
    }

    [GeneratedRegex(@"^COPY services/(?<folder>\w+)/\*\.csproj services/\k<folder>/$", RegexOptions.Multiline)]
    private static partial Regex ProjectFile();

    [GeneratedRegex(@"^ARG (?<name>\w+_IMAGE)=(?<image>[^$\s]+)$", RegexOptions.Multiline)]
    private static partial Regex BaseImage();
}

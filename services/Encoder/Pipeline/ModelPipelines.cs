using System.Globalization;
using Microsoft.Extensions.Options;
using Segmentation.Embeddings;
using Segmentation.Encoder.Configuration;
using Segmentation.Models;

namespace Segmentation.Encoder.Pipeline;

/// <summary>The models that this encoder serves, all open as long as it runs.</summary>
internal sealed class ModelPipelines : IDisposable
{
    private const long Megabyte = 1_000_000;
    private const string MostOption = $"{EncoderOptions.Section}:{nameof(EncoderOptions.MaxModelBytes)}";

    /// <param name="models">At least one model, the default one first.</param>
    public ModelPipelines(params IReadOnlyList<EncoderModel> models)
    {
        ArgumentOutOfRangeException.ThrowIfZero(models.Count, nameof(models));
        All = models;
    }

    /// <summary>All models, the default one first.</summary>
    public IReadOnlyList<EncoderModel> All { get; }

    /// <summary>Names and digests of all models, for messages.</summary>
    public string Names => string.Join(", ", All.Select(model => $"{model.Identity.Id} ({model.Identity.Digest})"));

    /// <summary>Opens models, in order.</summary>
    /// <param name="models">The models.</param>
    /// <param name="options">Execution provider, batch size and memory.</param>
    /// <param name="loggers">Loggers of the pipelines.</param>
    /// <exception cref="ModelException">The models do not fit into the memory they may take.</exception>
    /// <exception cref="Sam.Runtime.RuntimeUnavailableException">The execution provider cannot be used
    /// here.</exception>
    public static ModelPipelines Open(ServedModels models, IOptions<EncoderOptions> options, ILoggerFactory loggers)
    {
        CheckRoom(models, options.Value.ModelBytes);
        var opened = new List<EncoderModel>();
        try
        {
            foreach (var model in models.All)
            {
                opened.Add(new EncoderModel(
                    new ModelIdentity(model.Id, model.Digest, model.PreprocessingVersion),
                    new SamPipeline(model, options, loggers.CreateLogger<SamPipeline>()),
                    model.EmbeddingLength,
                    model.Layout.Encoder.IsBatched ? options.Value.BatchSize : 1,
                    SizeOf(model)));
            }

            return new ModelPipelines(opened);
        }
        catch
        {
            Dispose(opened);
            throw;
        }
    }

    /// <summary>Finds the model that makes an embedding; null when this encoder does not serve it.</summary>
    /// <param name="digest">SHA-256 of the model's graphs.</param>
    /// <param name="preprocessing">Version of its image transform.</param>
    public EncoderModel? Find(string digest, string preprocessing)
    {
        foreach (var model in All)
        {
            if (model.Identity.Is(digest, preprocessing))
            {
                return model;
            }
        }

        return null;
    }

    public void Dispose() => Dispose(All);

    private static void Dispose(IReadOnlyList<EncoderModel> models)
    {
        foreach (var model in models)
        {
            (model.Pipeline as IDisposable)?.Dispose();
        }
    }

    private static long SizeOf(ModelPackage model) =>
        model.Manifest.Graphs[ModelManifest.Encoder].Size + (model.Manifest.Data ?? []).Sum(file => file.Size);

    private static void CheckRoom(ServedModels models, long most)
    {
        var total = 0L;
        foreach (var model in models.All)
        {
            var size = SizeOf(model);
            if (size > most - total)
            {
                throw new ModelException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"There is no room for model '{model.Id}': its encoder takes {Megabytes(size)} MB, the models before "
                        + $"it {Megabytes(total)} MB, and {MostOption} allows {Megabytes(most)} MB. Serve fewer models "
                        + $"here (Segmentation:Model:Others), or allow more."));
            }

            total += size;
        }
    }

    private static long Megabytes(long bytes) => (bytes + Megabyte - 1) / Megabyte;
}

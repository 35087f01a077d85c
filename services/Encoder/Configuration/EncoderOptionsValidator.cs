using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Configuration;

/// <summary>Checks <see cref="EncoderOptions"/> at start.</summary>
internal sealed class EncoderOptionsValidator : IValidateOptions<EncoderOptions>
{
    private const long MostPixels = 10_000_000_000;

    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);

    public ValidateOptionsResult Validate(string? name, EncoderOptions options) =>
        new OptionChecks(EncoderOptions.Section)
            .Range(nameof(options.MaxQueueLength), options.MaxQueueLength, 1, 100_000)
            .Range(nameof(options.MaxWait), options.MaxWait, _shortest, TimeSpan.FromDays(1))
            .Range(nameof(options.MaxReadBytes), options.MaxReadBytes, 1L << 20, 1L << 40, "bytes")
            .Range(nameof(options.Workers), options.Workers, 1, 64)
            .Range(nameof(options.MaxBatchSize), options.MaxBatchSize ?? 1, 1, 64)
            .Range(nameof(options.MaxQueueDelay), options.MaxQueueDelay, TimeSpan.Zero, TimeSpan.FromSeconds(10))
            .Range(nameof(options.PrepareWorkers), options.PrepareWorkers, 1, 64)
            .Range(nameof(options.IntraOpThreads), options.IntraOpThreads, 1, 1024)
            .Named(nameof(options.Provider), options.Provider)
            .Named(nameof(options.Precision), options.Precision)
            .Require(
                !options.CudaGraph || options.Provider == ExecutionProvider.Cuda,
                nameof(options.CudaGraph),
                options.CudaGraph,
                "must be false unless Segmentation:Encoder:Provider is Cuda")
            .Require(
                !options.CudaGraph || options.Workers == 1,
                nameof(options.CudaGraph),
                options.CudaGraph,
                "must be false unless Segmentation:Encoder:Workers is 1, since runs of a CUDA graph follow one another")
            .Range(nameof(options.DeviceId), options.DeviceId, 0, 255)
            .Range(nameof(options.MaxModelBytes), options.MaxModelBytes ?? 1, 1, 1L << 44, "bytes")
            .Range(nameof(options.MaxImagePixels), options.MaxImagePixels, 1, MostPixels)
            .Range(nameof(options.MaxWholeImagePixels), options.MaxWholeImagePixels, 1, MostPixels)
            .Range(nameof(options.MaxWebPImagePixels), options.MaxWebPImagePixels, 1, MostPixels)
            .Range(nameof(options.MaxReadTime), options.MaxReadTime, _shortest, TimeSpan.FromHours(1))
            .Result;
}

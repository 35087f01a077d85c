using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Segmentation.Decoder.Addressing;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Health;
using Segmentation.Grains;

namespace Segmentation.Decoder;

/// <summary>This silo about itself; a stateless worker, so that whichever silo is asked answers for itself.</summary>
[StatelessWorker]
[GrainDirectory(PinnedSiloDirectory.Name)]
internal sealed class SiloGrain(
    ILocalSiloDetails silo, IOptions<DecoderOptions> options, DrainState drain, ProcessMemory memory)
    : Grain, ISiloGrain
{
    public Task<SiloDescription> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SiloDescription
        {
            Address = silo.SiloAddress,
            Workers = options.Value.Workers,
            IsDraining = drain.HasBegun,
            IsShortOfMemory = memory.IsShort,
        });
}

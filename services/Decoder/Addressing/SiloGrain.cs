using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Segmentation.Decoder.Hosting;
using Segmentation.Grains;

namespace Segmentation.Decoder.Addressing;

/// <summary>This silo about itself; a stateless worker, so that whichever silo is asked answers for itself.</summary>
[StatelessWorker]
[GrainDirectory(NamedSilos.Name)]
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

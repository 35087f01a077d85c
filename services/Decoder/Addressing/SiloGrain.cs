using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Segmentation.Decoder.Hosting;
using Segmentation.Grains;

namespace Segmentation.Decoder.Addressing;

/// <summary>This silo about itself; a stateless worker, so that whichever silo is asked answers for itself.</summary>
[StatelessWorker]
[GrainDirectory(NamedSilos.Name)]
internal sealed class SiloGrain : Grain, ISiloGrain
{
    private readonly ILocalSiloDetails _silo;
    private readonly IOptions<DecoderOptions> _options;
    private readonly DrainState _drain;
    private readonly ProcessMemory _memory;

    public SiloGrain(
        ILocalSiloDetails silo, IOptions<DecoderOptions> options, DrainState drain, ProcessMemory memory)
    {
        _silo = silo;
        _options = options;
        _drain = drain;
        _memory = memory;
    }

    public Task<SiloDescription> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SiloDescription
        {
            Address = _silo.SiloAddress,
            Workers = _options.Value.Workers,
            IsDraining = _drain.HasBegun,
            IsShortOfMemory = _memory.IsShort,
        });
}
